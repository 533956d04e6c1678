import { platformErrors } from '@ticketaka/platform/contract';
import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';

const unavailable = () => Promise.reject(problem(platformErrors, 'unavailable'));

/** Routes whose parts are not built into this workload yet. Each goes away with the handlers that replace it. */
export const notWired: Pick<
  Handlers<typeof api>,
  | 'addPoster'
  | 'removePoster'
  | 'startCollectorRun'
  | 'listCollectorRuns'
  | 'listRejects'
  | 'correctReject'
  | 'retryReject'
> = {
  addPoster: unavailable,
  removePoster: unavailable,
  startCollectorRun: unavailable,
  listCollectorRuns: unavailable,
  listRejects: unavailable,
  correctReject: unavailable,
  retryReject: unavailable,
};
