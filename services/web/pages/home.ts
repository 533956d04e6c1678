import { createHash } from 'node:crypto';
import type { Api } from '@ticketaka/platform/contract';
import { escapeHtml } from '@ticketaka/platform/html';
import type { Locale } from '@ticketaka/platform/http';
import { words } from './words.ts';

const style = `
:root { color-scheme: light dark; }
body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1.5rem; }
h1 { font-size: 2.2rem; margin: 0; display: flex; align-items: center; gap: .6rem; }
h1 img { width: 2.4rem; }
h2 { font-size: 1.1rem; margin-top: 2.5rem; }
a { color: #c2185b; }
.language { float: right; }
.action { display: inline-block; margin-right: 1.5rem; }
@media (prefers-color-scheme: dark) { a { color: #f48fb1; } }
`;

/** Nothing but the icon and the one style sheet that the page holds. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const homeHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
  vary: 'accept-language',
};

/** @param apis the services that clients can talk to; each has its own page at `<base>/docs` */
export function homePage(locale: Locale, apis: readonly Api[]): string {
  const other = locale === 'ko' ? 'en' : 'ko';
  const services = apis.map(
    ({ title, base }) =>
      `<li><a href="${escapeHtml(base)}/docs">${escapeHtml(title)}</a> <code>${escapeHtml(base)}</code></li>`,
  );
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title[locale]}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${style}</style>
</head>
<body>
<a class="language" href="/?locale=${other}" hreflang="${other}" lang="${other}">${words.otherLanguage[locale]}</a>
<main>
<h1><img src="/favicon.svg" alt="">${words.title[locale]}</h1>
<p>${words.about[locale]}</p>
<p><a class="action" href="/docs">${words.everyApi[locale]}</a> <a class="action" href="/openapi.json">${words.document[locale]}</a></p>
<h2>${words.running[locale]}</h2>
<ul>
${services.join('\n')}
</ul>
</main>
</body>
</html>
`;
}
