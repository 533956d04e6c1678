import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { viewOf } from './html-view.ts';
import type { Mailbox } from './mailbox.ts';
import { get, type Route, send } from './route.ts';

const pageFolder = join(import.meta.dirname, 'page');
const pageFile = (name: string) => readFileSync(join(pageFolder, name));
/** Nothing but its own files; mails are shown in frames with a stricter policy of their own. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page, and what it shows in its frames. */
export function pageRoutes(mailbox: Mailbox): Route[] {
  return [
    file(/^\/$/, 'index.html', 'text/html'),
    file(/^\/page\.js$/, 'page.js', 'text/javascript'),
    file(/^\/page\.css$/, 'page.css', 'text/css'),
    get(/^\/events$/, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
      const stop = mailbox.onChange(() => response.write('data: changed\n\n'));
      response.on('close', stop);
    }),
    get(/^\/view\/([\w-]+)\.html$/, ({ params }, response) => {
      const message = mailbox.get(params[0] ?? '');
      if (!message) return send(response, 404, 'not found');
      const { html, policy } = viewOf(message);
      response.setHeader('content-security-policy', policy);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return response.end(html);
    }),
    get(/^\/readyz$/, (_request, response) => send(response, 200, 'ok')),
  ];
}

function file(path: RegExp, name: string, type: string): Route {
  const content = pageFile(name);
  return get(path, (_request, response) => {
    response.setHeader('content-security-policy', pagePolicy);
    response.setHeader('content-type', `${type}; charset=utf-8`);
    response.end(content);
  });
}
