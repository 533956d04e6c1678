import { escapeHtml } from '@ticketaka/platform/html';
import type { Picture } from '../domain/picture.ts';
import type { Block, Content, Detail } from './content.ts';
import { oneLine } from './one-line.ts';
import type { Locale, Words } from './words.ts';

const font = `-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Apple SD Gothic Neo','Malgun Gothic',sans-serif`;

interface HtmlOptions {
  readonly locale: Locale;
  readonly words: Pick<Words, 'attached' | 'footer'>;
  readonly pictures: ReadonlyMap<Block, Picture>;
}

/**
 * Tables and inline styles, since mail clients know little else; no link, and no picture but those that the e-mail
 * brings, so that nothing is blocked and nothing looks like phishing. Clients that do dark mode by themselves are told that both are meant.
 */
export function renderHtml(content: Content, { locale, words, pictures }: HtmlOptions): string {
  return `<!DOCTYPE html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${text(content.subject)}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background-color: #16161a !important; }
  .card { background-color: #232329 !important; border-color: #3a3a43 !important; }
  .brand { color: #ff7aa2 !important; }
  .strong { color: #f4f4f6 !important; }
  .soft { color: #a9a9b4 !important; }
  .code { background-color: #16161a !important; color: #f4f4f6 !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f2f2f5;">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f2f2f5;">
<tr><td align="center" style="padding:32px 16px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:480px;background-color:#ffffff;border:1px solid #e2e2e8;border-radius:12px;">
<tr><td class="brand" style="padding:28px 32px 0;font-family:${font};font-size:15px;font-weight:700;letter-spacing:.02em;color:#e0245e;">Ticketaka</td></tr>
<tr><td class="strong" style="padding:12px 32px 4px;font-family:${font};font-size:22px;line-height:30px;font-weight:700;word-break:keep-all;overflow-wrap:break-word;color:#1b1b1f;">${text(content.heading)}</td></tr>
${content.blocks.map((block) => renderBlock(block, pictures.get(block), words)).join('\n')}
<tr><td style="padding:0 0 28px;font-size:0;line-height:0;">&nbsp;</td></tr>
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:480px;">
<tr><td class="soft" align="center" style="padding:16px 32px 0;font-family:${font};font-size:12px;line-height:18px;color:#6b6b76;">${text(words.footer)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function renderBlock(block: Block, picture: Picture | undefined, words: HtmlOptions['words']): string {
  switch (block.kind) {
    case 'paragraph':
      return `<tr><td class="strong" style="padding:8px 32px;font-family:${font};font-size:16px;line-height:25px;word-break:keep-all;overflow-wrap:break-word;color:#1b1b1f;">${text(block.text)}</td></tr>`;
    case 'details':
      return `<tr><td style="padding:8px 32px;"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">${block.rows.map(renderDetail).join('')}</table></td></tr>`;
    case 'ticket':
      return `<tr><td style="padding:8px 32px;"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border:1px solid #e2e2e8;border-radius:8px;"><tr><td class="strong" align="center" style="padding:16px 12px 0;font-family:${font};font-size:16px;line-height:24px;font-weight:700;color:#1b1b1f;">${text(block.seat)}</td></tr><tr><td class="soft" align="center" style="padding:2px 12px 8px;font-family:${font};font-size:14px;line-height:20px;color:#6b6b76;">${text(block.detail)}</td></tr>${picture ? renderPicture(picture, block.seat, words) : ''}</table></td></tr>`;
    case 'code':
      return `<tr><td style="padding:12px 32px;"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="code" align="center" style="padding:18px 12px;background-color:#f2f2f5;border-radius:8px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:32px;line-height:40px;font-weight:700;letter-spacing:8px;color:#1b1b1f;">${text(block.code)}</td></tr></table></td></tr>`;
    case 'note':
      return `<tr><td class="soft" style="padding:12px 32px 0;font-family:${font};font-size:13px;line-height:20px;word-break:keep-all;overflow-wrap:break-word;color:#6b6b76;">${text(block.text)}</td></tr>`;
  }
}

function renderDetail([name, value]: Detail): string {
  return `<tr><td class="soft" valign="top" style="padding:3px 12px 3px 0;font-family:${font};font-size:14px;line-height:21px;white-space:nowrap;color:#6b6b76;">${text(name)}:</td> <td class="strong" valign="top" width="100%" style="padding:3px 0;font-family:${font};font-size:14px;line-height:21px;word-break:keep-all;overflow-wrap:break-word;color:#1b1b1f;">${text(value)}</td></tr>`;
}

/** Half as many pixels as it has, so that it is sharp on any screen. White stays around it in the dark as well. */
function renderPicture({ contentId, file }: Picture, seat: string, words: HtmlOptions['words']): string {
  return `<tr><td align="center" style="padding:0 12px;"><img src="cid:${contentId}" width="183" height="183" alt="QR: ${text(seat)}" style="display:block;background-color:#ffffff;"></td></tr><tr><td class="soft" align="center" style="padding:6px 12px 16px;font-family:${font};font-size:12px;line-height:18px;color:#6b6b76;">${text(words.attached(file))}</td></tr>`;
}

function text(plain: string) {
  return escapeHtml(oneLine(plain));
}
