import type { Principal } from '@ticketaka/platform/auth';
import type { BoundRoutes } from '@ticketaka/platform/contract';
import { type Handler, problem } from '@ticketaka/platform/http';
import type { Executor } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { type Outbox, outgoing } from '@ticketaka/platform/outbox';
import { errors } from '../errors.ts';
import { ticketCheckedIn } from '../messages.ts';
import {
  type Admission,
  checkIn,
  countCheckIns,
  type Duplicate,
  listDuplicates,
  listRevoked,
  type Outcome,
} from '../tickets/index.ts';
import type { Parts } from '../use-cases/parts.ts';
import { requireOrganizer } from '../use-cases/rights.ts';
import type { doorRoutes } from './routes.ts';

type Routes = BoundRoutes<typeof doorRoutes>;
type DoorParts = Pick<Parts, 'db' | 'outbox' | 'sessions' | 'tickets'> & { readonly metrics: Metrics };

/** New ones are published long before they sign. */
const keysFreshSeconds = 3_600;

export function doorHandlers(parts: DoorParts): { readonly [Name in keyof Routes]: Handler<Routes[Name]> } {
  const { db, outbox, metrics, tickets: keys } = parts;
  const scanned = metrics.counter('check_ins_total', 'Tickets that were scanned, by what was answered', ['outcome']);
  const admitted = (trx: Executor, admissions: readonly Admission[]) => announceAdmissions(outbox, trx, admissions);
  return {
    async checkIn({ principal, body: { sessionId, gate, scans } }) {
      await requireDoor(parts, principal, sessionId);
      const batch = {
        sessionId,
        gate,
        by: principal.memberId,
        scans: scans.map(({ scannedAt, ...scan }) => ({
          ...scan,
          ...(scannedAt && { scannedAt: new Date(scannedAt) }),
        })),
      };
      const { results, duplicates } = await checkIn(db, { keys, admitted }, batch);
      for (const { outcome } of results) scanned.inc({ outcome: outcome.kind });
      return {
        status: 200,
        body: {
          results: results.map(({ outcome, ...result }) => ({ ...result, outcome: represent(outcome) })),
          duplicates: duplicates.map(representDuplicate),
        },
      };
    },

    async getDoorCounts({ principal, params: { sessionId } }) {
      await requireDoor(parts, principal, sessionId);
      const [counts, duplicates] = await Promise.all([
        countCheckIns(db.kysely, sessionId),
        listDuplicates(db.kysely, sessionId),
      ]);
      return { status: 200, body: { ...counts, duplicates: duplicates.map(representDuplicate) } };
    },

    async listRevocations({ principal, params: { sessionId } }) {
      await requireDoor(parts, principal, sessionId);
      return { status: 200, body: { revoked: [...(await listRevoked(db.kysely, sessionId))] } };
    },

    async getTicketKeys() {
      const headers = { 'cache-control': `public, max-age=${keysFreshSeconds}` };
      return { status: 200, body: { keys: [...keys.jwks.keys] }, headers };
    },
  };
}

/**
 * Staff is not asked for a session that is known: the door stays open when performances is away.
 * @throws Problem session_not_found, not_yours
 */
async function requireDoor(
  { sessions }: Pick<DoorParts, 'sessions'>,
  principal: Principal,
  sessionId: string,
): Promise<void> {
  if (principal.roles.includes('staff') || principal.roles.includes('admin')) return;
  const session = await sessions.get(sessionId);
  if (!session) throw problem(errors, 'session_not_found');
  requireOrganizer(session, principal);
}

async function announceAdmissions(outbox: Outbox, trx: Executor, admissions: readonly Admission[]): Promise<void> {
  await outbox.addAll(
    trx,
    admissions.map(({ ticketId, sessionId, gate, at }) =>
      outgoing(ticketCheckedIn, { ticketId, sessionId, gate, at: at.toISOString() }, ticketId),
    ),
  );
}

function represent(outcome: Outcome) {
  return outcome.kind === 'already' ? { ...outcome, at: outcome.at.toISOString() } : outcome;
}

function representDuplicate({ ticketId, first, others }: Duplicate) {
  return { ticketId, first: representEntry(first), others: others.map(representEntry) };
}

function representEntry({ at, gate }: Duplicate['first']) {
  return { at: at.toISOString(), gate };
}
