import type { BoundRoutes } from '@ticketaka/platform/contract';
import { type Handler, problem, Unavailable } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';
import type { Availability } from './availability.ts';
import type { availabilityRoutes } from './routes.ts';
import type { MirroredSession, SessionMirror } from './session-mirror.ts';

type Routes = BoundRoutes<typeof availabilityRoutes>;

export interface AvailabilityParts {
  readonly availability: Pick<Availability, 'mirror'>;
  readonly sessions: {
    /** @returns undefined when there is no such session */
    get(id: string): Promise<MirroredSession | undefined>;
  };
}

export function availabilityHandlers({ availability: { mirror }, sessions }: AvailabilityParts): {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>;
} {
  /** @throws Problem, Unavailable */
  async function mirrored(id: string): Promise<SessionMirror> {
    const session = await sessions.get(id);
    if (!session) throw problem(errors, 'session_not_found');
    const found = mirror.shown(session) ?? (await mirror.open(session));
    if (!found) throw new Unavailable('the picture of a session is not here yet');
    return found;
  }

  return {
    async getAvailability({ params: { sessionId } }) {
      const found = await mirrored(sessionId);
      const snapshot = found.snapshot();
      if (!snapshot) throw new Unavailable('the picture of a session is not here yet');
      const { body, headers } = snapshot;
      if (mirror.believes(found)) return { status: 200, body, headers };
      const behind = { ...headers, 'cache-control': 'no-store', 'availability-behind': String(found.behindSeconds) };
      return { status: 200, body, headers: behind };
    },

    async streamAvailability({ params: { sessionId }, query: { after }, lastEventId }) {
      const { feed } = await mirrored(sessionId);
      if (!feed) throw new Unavailable('the picture of a session is not here yet');
      return { status: 200, body: feed.source(lastEventId ?? after) };
    },
  };
}
