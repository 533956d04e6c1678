import type { Template } from '../api.ts';
import type { Picture } from '../domain/picture.ts';
import { catalogue, contentOf } from './catalogue.ts';
import type { Block } from './content.ts';
import { renderHtml } from './html.ts';
import { oneLine } from './one-line.ts';
import { picturesOf } from './pictures.ts';
import type { Locale, Words } from './words.ts';

/** An e-mail without its addresses. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly pictures: readonly Picture[];
}

/** Writes the e-mail in the language, as a text part and an HTML part that say the same. */
export function render(template: Template, locale: Locale): Rendered {
  const words = catalogue[locale];
  const content = contentOf(template, words);
  const pictures = picturesOf(content.blocks);
  const paragraphs = content.blocks.map((block) =>
    linesOf(block, { words, picture: pictures.get(block) })
      .map(oneLine)
      .join('\n'),
  );
  return {
    subject: oneLine(content.subject),
    text: `${[oneLine(content.heading), ...paragraphs, `-- \n${words.footer}`].join('\n\n')}\n`,
    html: renderHtml(content, { locale, words, pictures }),
    pictures: [...pictures.values()],
  };
}

function linesOf(block: Block, { words, picture }: { words: Words; picture: Picture | undefined }): string[] {
  switch (block.kind) {
    case 'code':
      return [block.code];
    case 'details':
      return block.rows.map(([name, value]) => `${name}: ${value}`);
    case 'ticket':
      return [block.seat, block.detail, ...(picture ? [words.attached(picture.file)] : [])];
    case 'paragraph':
    case 'note':
      return [block.text];
  }
}
