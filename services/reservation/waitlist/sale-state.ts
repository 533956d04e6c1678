import { decideSale } from '../domain/sale-rules.ts';
import type { KnownSession } from '../sessions/index.ts';

/** `paused`: between two sales. `closed`: nothing of the session will be sold any more. */
export type SaleState = 'open' | 'paused' | 'closed';

/** Whether offers can be made of a session: to those who have a code it is open while there is a presale. */
export function saleState(
  { document: { session, performance }, startsAt, saleTimes }: KnownSession,
  now: Date,
): SaleState {
  const decided = decideSale({
    now,
    session: { startsAt, cancelled: session.cancelled, performanceCancelled: performance.cancelled },
    windows: saleTimes.map((times) => ({ ...times, code: 'none' })),
    perMemberLimit: session.perMemberLimit,
    taken: 0,
    quantity: 0,
    ageLimit: 0,
    birthDate: '',
  });
  if (decided.ok) return 'open';
  return decided.code === 'not_on_sale_yet' ? 'paused' : 'closed';
}
