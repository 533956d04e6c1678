import { problem } from '@ticketaka/platform/http';
import { clash, endsAt, type Play } from '../domain/schedule.ts';
import { errors } from '../errors.ts';
import { hold } from '../store/lock.ts';
import type { Db } from '../store/schema.ts';
import { playsIn } from '../store/sessions.ts';

/** The longest that a performance can take. */
const dayMs = 24 * 60 * 60_000;

/**
 * Makes sure that nothing else is in the hall while a session lasts. Holds the hall until the transaction ends, so that
 * two sessions cannot take it at once.
 * @throws Problem session_clashes
 */
export async function requireFreeHall(
  trx: Db,
  session: Play & { readonly id: string; readonly hallId: string },
): Promise<void> {
  await hold(trx, 'halls', session.hallId);
  const near = { after: new Date(session.startsAt.getTime() - dayMs - 1), before: endsAt(session) };
  const others = await playsIn(trx, session.hallId, near);
  const taken = others.find((other) => other.id !== session.id && clash(session, other));
  if (!taken) return;
  throw problem(errors, 'session_clashes', {
    extensions: {
      startsAt: session.startsAt.toISOString(),
      takenFrom: taken.startsAt.toISOString(),
      takenUntil: endsAt(taken).toISOString(),
    },
  });
}
