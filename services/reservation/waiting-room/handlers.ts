import type { BoundRoutes } from '@ticketaka/platform/contract';
import { type Handler, prerender, problem } from '@ticketaka/platform/http';
import { api } from '../api.ts';
import { errors } from '../errors.ts';
import type { SessionBook } from '../sessions/index.ts';
import { requireOrganizer } from '../use-cases/rights.ts';
import type { QueueDocument } from './rooms.ts';
import type { waitingRoomRoutes } from './routes.ts';
import type { WaitingRoom } from './waiting-room.ts';

type Routes = BoundRoutes<typeof waitingRoomRoutes>;

export interface WaitingRoomParts {
  readonly waitingRoom: WaitingRoom;
  readonly sessions: SessionBook;
  /** How often a member may enter: each time may be a write. */
  readonly limit: { count(memberId: string): void };
}

/** A cache may answer everybody for a second: nobody's place is in it. */
const caching = 'public, max-age=1, s-maxage=1';
const nothing = '0'.repeat(64);

export function waitingRoomHandlers({ waitingRoom, sessions, limit }: WaitingRoomParts): {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>;
} {
  const written = new WeakMap<QueueDocument, ReturnType<typeof write>>();
  /** Once for all who ask before it changes, which is most of what a crowd does. */
  function writtenOnce(document: QueueDocument) {
    const known = written.get(document) ?? write(document);
    written.set(document, known);
    return known;
  }

  return {
    async enterQueue({ params: { sessionId }, principal: { memberId }, body: { token } }) {
      limit.count(memberId);
      return { status: 200, body: await waitingRoom.enter(sessionId, memberId, token) };
    },

    async getQueue({ params: { sessionId } }) {
      const found = waitingRoom.poll(sessionId);
      if (found) return writtenOnce(found);
      if (!(await sessions.get(sessionId))) throw problem(errors, 'session_not_found');
      return { status: 200, body: noQueue(sessionId), headers: { 'cache-control': caching } };
    },

    async takeTurn({ params: { sessionId }, principal: { memberId }, body: { token } }) {
      const turn = waitingRoom.redeem(sessionId, memberId, token);
      if (turn.state === 'refused') throw problem(errors, 'pass_required');
      if (turn.state !== 'admitted') return { status: 200, body: turn };
      const { state, pass, expiresAt } = turn;
      return { status: 200, body: { state, pass, expiresAt: new Date(expiresAt).toISOString() } };
    },

    async getDraw({ params: { sessionId }, query }) {
      const page = await waitingRoom.shufflePage(sessionId, query);
      if (!page) throw problem(errors, 'draw_not_found');
      // What was drawn stays as it was.
      const body = { ...page, entrants: [...page.entrants] };
      return { status: 200, body, headers: { 'cache-control': 'public, max-age=3600' } };
    },

    async setQueue({ params: { sessionId }, principal, body }) {
      const session = await sessions.get(sessionId);
      if (!session) throw problem(errors, 'session_not_found');
      requireOrganizer(session, principal);
      return { status: 200, body: await waitingRoom.configure(sessionId, body) };
    },
  };
}

const write = (document: QueueDocument) => ({
  status: 200 as const,
  body: prerender(api.routes.getQueue, 200, document),
  // Frozen, and of this body alone: the platform puts such an answer together once.
  headers: Object.freeze({ 'cache-control': caching }),
});

/** Of a session that has no waiting room. */
function noQueue(sessionId: string) {
  return {
    sessionId,
    state: 'off' as const,
    serving: 0,
    ratePerSecond: 0,
    opensAt: null,
    publishedAt: new Date().toISOString(),
    commitment: nothing,
    seed: null,
    entrantsDigest: null,
    entrants: 0,
  };
}
