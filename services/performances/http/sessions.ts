import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { isCode } from '../domain/presale-code.ts';
import { errors } from '../errors.ts';
import { findSession, type StoredSession } from '../store/sessions.ts';
import type { Parts } from '../use-cases/parts.ts';
import { cancelSession, createSession, replaceSession, sessionOf } from '../use-cases/sessions.ts';
import { locations } from './locations.ts';
import { personOf } from './person.ts';
import { created, found } from './versioned.ts';

type SessionHandlers = Pick<
  Handlers<typeof api>,
  'createSession' | 'getMySession' | 'updateSession' | 'cancelSession' | 'checkPresaleCode'
>;

export function sessionHandlers(parts: Parts): SessionHandlers {
  return {
    async createSession({ params: { performanceId }, body, principal }) {
      const session = await createSession(parts, personOf(principal), { performanceId, given: body });
      return created(session, locations.session(session.id));
    },

    async getMySession({ params: { sessionId }, principal }) {
      return found((await sessionOf(parts.db.kysely, personOf(principal), sessionId)).record);
    },

    async updateSession({ params: { sessionId }, body, headers, principal }) {
      const change = { id: sessionId, ifMatch: headers['if-match'], given: body };
      return found(await replaceSession(parts, personOf(principal), change));
    },

    async cancelSession({ params: { sessionId }, headers, principal }) {
      const target = { id: sessionId, ifMatch: headers['if-match'] };
      return found(await cancelSession(parts, personOf(principal), target));
    },

    async checkPresaleCode({ params: { sessionId }, body: { code } }) {
      const session = await findSession(parts.db.kysely, sessionId);
      if (!session) throw problem(errors, 'session_not_found');
      return { status: 200, body: { presales: presalesOf(session, code) } };
    },
  };
}

function presalesOf({ record, codes }: StoredSession, given: string) {
  return record.saleWindows.flatMap(({ kind, opensAt, closesAt }, index) => {
    if (kind !== 'presale') return [];
    const kept = codes[index];
    const code = kept ? (isCode(given, kept) ? 'right' : 'wrong') : 'none';
    return [{ opensAt, closesAt, code } as const];
  });
}
