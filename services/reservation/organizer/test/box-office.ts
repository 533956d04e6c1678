import { newId } from '@ticketaka/platform/ids';
import { Redis } from 'ioredis';
import type { startWithServers } from '../../test/reservation-server.ts';
import { makeShow, type ShowOptions } from '../../test/shows.ts';

type Server = Awaited<ReturnType<typeof startWithServers>>;

/** A session, and its organiser. */
export function openShow(server: Server, options?: ShowOptions) {
  const show = server.neighbours.add(makeShow(options));
  const sessionId = show.session.id;
  const memberId = newId();
  show.performance.organizerId = memberId;
  const person = server.buyer({ memberId, roles: ['organizer'] });
  const call = { ...person.auth, params: { sessionId } };
  return {
    show,
    sessionId,
    person,
    /** What each call of a route of the session has. */
    call,
    /** For POST. */
    keyed: () => ({ ...call, idempotencyKey: newId() }),
    client: person.client,
  };
}

/** Units of a session as MariaDB has them: `3 blocked`. */
export async function claimsOf(server: Server, sessionId: string): Promise<string[]> {
  const rows = await server.database.query('SELECT unit, state FROM seat_claims WHERE session_id = ? ORDER BY unit', [
    sessionId,
  ]);
  return (rows as { unit: number; state: string }[]).map(({ unit, state }) => `${unit} ${state}`);
}

/** Redis comes back empty. */
export async function forgetPictures(server: Server): Promise<void> {
  const root = new Redis(server.redis.rootUrl);
  await root.flushdb();
  root.disconnect();
}
