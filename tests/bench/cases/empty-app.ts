import { access, defineApi, noContent } from '@ticketaka/platform/contract';
import { createApp, type Handlers } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { z } from 'zod';

const identity = { service: 'bench', workload: 'http' };

/** Routes that do nothing: what every answer costs, with `{}` and with no content at all. */
export function emptyApp() {
  const nothing = defineApi({
    service: 'bench',
    base: '',
    title: 'Bench',
    routes: {
      empty: {
        method: 'GET',
        path: '/empty',
        access: access.public(),
        summary: 'Nothing',
        responses: { 200: z.object({}) },
      },
      nothing: {
        method: 'GET',
        path: '/nothing',
        access: access.public(),
        summary: 'Not even that',
        responses: { 204: noContent },
      },
    },
  });
  const handlers: Handlers<typeof nothing> = {
    empty: async () => ({ status: 200, body: {} }),
    nothing: async () => ({ status: 204 }),
  };
  return createApp({
    api: nothing,
    handlers,
    log: createLogger(identity),
    metrics: createMetrics(identity),
    checkResponses: 'log',
  });
}
