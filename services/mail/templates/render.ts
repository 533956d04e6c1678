import type { Template } from '../api.ts';
import { catalogue, contentOf } from './catalogue.ts';
import { renderHtml } from './html.ts';
import { oneLine } from './one-line.ts';
import type { Locale } from './words.ts';

/** An e-mail without its addresses. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Writes the e-mail in the language, as a text part and an HTML part that say the same. */
export function render(template: Template, locale: Locale): Rendered {
  const words = catalogue[locale];
  const content = contentOf(template, words);
  const lines = content.blocks.map((block) => oneLine(block.kind === 'code' ? block.code : block.text));
  return {
    subject: oneLine(content.subject),
    text: `${[oneLine(content.heading), ...lines, `-- \n${words.footer}`].join('\n\n')}\n`,
    html: renderHtml(content, { locale, footer: words.footer }),
  };
}
