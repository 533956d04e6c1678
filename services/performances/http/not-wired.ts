import { platformErrors } from '@ticketaka/platform/contract';
import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';

const unavailable = () => Promise.reject(problem(platformErrors, 'unavailable'));

/** Routes whose parts are not built into this workload yet. Each goes away with the handlers that replace it. */
export const notWired: Pick<Handlers<typeof api>, 'addPoster' | 'removePoster'> = {
  addPoster: unavailable,
  removePoster: unavailable,
};
