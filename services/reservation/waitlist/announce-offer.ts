import { emailRealtime } from '@ticketaka/mail/api';
import type { Executor } from '@ticketaka/platform/mariadb';
import type { Outbox } from '@ticketaka/platform/outbox';
import type { Buyer } from '../buyers/buyers.ts';
import type { KnownSession } from '../sessions/index.ts';

export interface Announcement {
  readonly buyer: Buyer;
  readonly session: KnownSession;
  readonly units: readonly number[];
  readonly until: Date;
}

/** Has the member told that seats are kept for them. */
export async function announceOffer(trx: Executor, outbox: Outbox, announcement: Announcement): Promise<void> {
  const { buyer, session, units, until } = announcement;
  const { performance, session: showing, venue } = session.document;
  const { title } = performance;
  const seats = units.flatMap((unit) => {
    const grade = session.grade(unit);
    return grade ? [{ seat: session.label(unit), grade: grade.grade, price: grade.price }] : [];
  });
  await outbox.add(trx, emailRealtime, {
    to: { address: buyer.email, name: buyer.name },
    locale: buyer.locale,
    template: {
      name: 'waitlist-offer',
      show: { title, venue, hall: showing.hall, startsAt: showing.startsAt },
      seats,
      until: until.toISOString(),
    },
    validUntil: until.toISOString(),
  });
}
