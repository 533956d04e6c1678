import { api } from '../api.ts';

const base = `${api.base}/manage`;

/** Where what was made can be read. */
export const locations = {
  venue: (id: string) => `${base}/venues/${id}`,
  /** A hall is read with its venue; what is under it is its seat maps. */
  hall: (id: string) => `${base}/halls/${id}/seat-maps`,
  seatMap: (id: string) => `${base}/seat-maps/${id}`,
  performance: (id: string) => `${base}/performances/${id}`,
  session: (id: string) => `${base}/sessions/${id}`,
} as const;
