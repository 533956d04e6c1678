import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Chaos, chaosOrder } from './chaos.ts';
import type { Mailbox } from './mailbox.ts';
import { get, on, type Route, send, sendJson } from './route.ts';
import { compileSearch } from './search.ts';
import { detailOf, headersOf, type StoredMessage } from './stored-message.ts';

const selection = z.object({ IDs: z.array(z.string()).default([]), Read: z.boolean().default(true) });
const window = z.object({
  start: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(0).max(500).default(50),
});

/** Mailpit's API, the part of it that tests use, and our own `/chaos`. */
export function apiRoutes(mailbox: Mailbox, chaos: Chaos): Route[] {
  const page = (messages: readonly StoredMessage[], all: boolean, url: URL) => {
    const { start, limit } = window.parse(Object.fromEntries(url.searchParams));
    const rows = messages.slice(start, start + limit);
    return {
      total: mailbox.total,
      unread: mailbox.unread,
      count: rows.length,
      messages_count: all ? mailbox.total : messages.length,
      messages_unread: messages.filter(({ id }) => !mailbox.isRead(id)).length,
      start,
      tags: [],
      messages: rows.map((message) => mailbox.summary(message)),
    };
  };
  const withMessage = (path: RegExp, handle: (message: StoredMessage, response: ServerResponse) => void): Route =>
    get(path, ({ params }, response) => {
      const message = mailbox.get(params[0] ?? '');
      if (message) handle(message, response);
      else send(response, 404, 'not found');
    });
  return [
    get(/^\/api\/v1\/messages$/, ({ url }, response) => sendJson(response, page(mailbox.list(), true, url))),
    get(/^\/api\/v1\/search$/, ({ url }, response) => {
      const matches = compileSearch(url.searchParams.get('query') ?? '');
      const found = mailbox
        .list()
        .filter((message) => matches({ summary: mailbox.summary(message), text: message.email.text ?? '' }));
      sendJson(response, page(found, false, url));
    }),
    on('DELETE', /^\/api\/v1\/messages$/, ({ body }, response) => {
      mailbox.delete(selection.parse(body).IDs);
      send(response, 200, 'ok');
    }),
    on('PUT', /^\/api\/v1\/messages$/, ({ body }, response) => {
      const { IDs, Read } = selection.parse(body);
      mailbox.mark(IDs, Read);
      send(response, 200, 'ok');
    }),
    withMessage(/^\/api\/v1\/message\/([\w-]+)$/, (message, response) => {
      mailbox.mark([message.id], true);
      sendJson(response, detailOf(message));
    }),
    withMessage(/^\/api\/v1\/message\/([\w-]+)\/headers$/, (message, response) =>
      sendJson(response, headersOf(message)),
    ),
    withMessage(/^\/api\/v1\/message\/([\w-]+)\/raw$/, ({ raw }, response) => {
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.end(raw);
    }),
    get(/^\/api\/v1\/message\/([\w-]+)\/part\/(\d+)$/, ({ params: [id = '', part] }, response) => {
      const found = mailbox.get(id)?.parts.find((candidate) => candidate.id === part);
      if (!found) return send(response, 404, 'not found');
      // To keep, not to show: what a mail brought must not run as a page of this site.
      response.setHeader('content-type', 'application/octet-stream');
      const name = encodeURIComponent(found.fileName).replaceAll("'", '%27');
      response.setHeader('content-disposition', `attachment; filename*=UTF-8''${name}`);
      return response.end(found.content);
    }),
    get(/^\/chaos$/, (_request, response) => sendJson(response, { orders: chaos.orders })),
    on('POST', /^\/chaos$/, ({ body }, response) => {
      chaos.order(chaosOrder.parse(body));
      sendJson(response, { orders: chaos.orders });
    }),
    on('DELETE', /^\/chaos$/, (_request, response) => {
      chaos.clear();
      sendJson(response, { orders: chaos.orders });
    }),
  ];
}
