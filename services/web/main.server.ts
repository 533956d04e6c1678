import { runWorkload } from '@ticketaka/platform/runtime';
import { api } from './api.ts';
import { apis, platformDocument } from './documents.ts';
import { createHandlers } from './http/handlers.ts';
import { service } from './service.ts';

await runWorkload({
  service,
  workload: 'server',
  wire: async (runtime) => ({
    app: runtime.app({ api, handlers: createHandlers(apis), document: { ...platformDocument } }),
  }),
});
