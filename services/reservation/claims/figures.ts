import type { Counter, Metrics } from '@ticketaka/platform/metrics';

/** Tickets that became sales, whatever way their money was heard of. */
export const ticketsConfirmed = (metrics: Metrics): Counter =>
  metrics.counter('tickets_confirmed_total', 'Tickets that were sold, paid for or free');
