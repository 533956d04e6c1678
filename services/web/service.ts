import { defineService } from '@ticketaka/platform/contract';
import { api } from './api.ts';

export const service = defineService({
  name: 'web',
  summary: 'The site, and the page about every API',
  api,
  workloads: { server: { kind: 'http', scale: { min: 2, max: 10 } } },
});
