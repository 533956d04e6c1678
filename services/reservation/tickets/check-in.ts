import type { AnyDatabase, Executor } from '@ticketaka/platform/mariadb';
import type { Label } from '../schemas/common.ts';
import {
  type AnsweredScan,
  answeredScans,
  type CheckInRow,
  databaseTime,
  duplicatesAmong,
  letIn,
  type NewScan,
  noteScans,
  type ScanRow,
  type TicketRow,
  ticketsToCheckIn,
} from './check-in-store.ts';
import type { TicketClaims } from './payload.ts';
import {
  type Duplicate,
  maxScans,
  type Outcome,
  type Scan,
  type ScanBatch,
  type ScannedTicket,
  type ScanResult,
  scanKey,
  timeOf,
} from './scan.ts';
import type { TicketKeys } from './token.ts';

/** Somebody who went in, and was not in before. */
export interface Admission {
  readonly ticketId: string;
  readonly sessionId: string;
  readonly at: Date;
  readonly gate: string;
}

export interface CheckInOptions {
  readonly keys: Pick<TicketKeys, 'verify'>;
  /**
   * Is told of the admissions in the transaction that makes them, each once, to put their events beside them. It may
   * run again, as the transaction may.
   */
  readonly admitted?: ((trx: Executor, admissions: readonly Admission[]) => Promise<void>) | undefined;
}

export interface CheckInReport {
  /** In the order of the scans. */
  readonly results: readonly ScanResult[];
  /** Of the tickets in this batch, those that more than one person went in with. */
  readonly duplicates: readonly Duplicate[];
}

/**
 * Checks tickets in, one at a gate or up to 500 from a device that was without a connection. A ticket admits once,
 * whatever happens at the same time, and a batch may be sent again. Where two devices without a connection let two
 * people in with one ticket, the earlier scan is the first, and the other is reported.
 * @throws RangeError when there are too many scans
 * @throws Unavailable when MariaDB is away
 */
export async function checkIn(
  db: AnyDatabase,
  { keys, admitted }: CheckInOptions,
  batch: ScanBatch,
): Promise<CheckInReport> {
  if (batch.scans.length > maxScans) throw new RangeError(`more than ${maxScans} scans`);
  if (batch.scans.length === 0) return { results: [], duplicates: [] };
  const read = await Promise.all(
    batch.scans.map(async (scan) => ({
      scan,
      key: scanKey(batch.sessionId, scan),
      claims: await keys.verify(scan.token),
    })),
  );
  return await db.transaction(async (trx) => {
    const tickets = await ticketsToCheckIn(trx, [...new Set(read.flatMap(({ claims }) => claims?.ticketId ?? []))]);
    const now = await databaseTime(trx);
    // A scan may be in a batch twice.
    const judged = new Map(read.map((each) => [each.key, judge(batch, { ...each, now, tickets })]));
    const fit = [...judged.values()].filter(({ refusal }) => refusal === undefined);
    const inside = await letIn(
      trx,
      fit.map(({ scan }) => scan),
    );
    // Not before: whoever sent the same scan at the same time has been waited for.
    const answered = await answeredScans(trx, [...judged.keys()]);
    const answers = [...judged.values()]
      .filter(({ scan }) => !answered.has(scan.key))
      .map(({ scan, refusal }) => answer(scan, refusal ?? outcomeOf(scan, inside)));
    await noteScans(trx, answers);
    const admissions = answers.flatMap((each) => admissionOf(each, inside));
    if (admissions.length > 0) await admitted?.(trx, admissions);
    const outcomes = new Map(answers.map(({ scan, outcome }) => [scan.key, outcome]));
    return {
      results: read.map(({ scan: { scanId }, key, claims }) => {
        const ticket = tickets.get(claims?.ticketId ?? '');
        const outcome = outcomes.get(key) ?? replayed(answered.get(key), ticket);
        return { scanId, outcome, ...(ticket && outcome.kind !== 'invalid' && { ticket: shown(ticket) }) };
      }),
      duplicates: await duplicatesAmong(trx, ticketsLetInOffline(judged.values())),
    };
  });
}

interface Read {
  readonly scan: Scan;
  readonly key: string;
  readonly claims: TicketClaims | undefined;
  readonly now: Date;
  readonly tickets: ReadonlyMap<string, TicketRow>;
}

interface Judged {
  readonly scan: NewScan;
  /** Why it admits nobody, whoever else was there. */
  readonly refusal: Outcome | undefined;
}

function judge({ sessionId, by, gate }: ScanBatch, { scan, key, claims, now, tickets }: Read): Judged {
  const ticket = claims && tickets.get(claims.ticketId);
  const noted = { key, sessionId, by, gate, at: timeOf(scan, now), offline: scan.scannedAt !== undefined };
  return { scan: { ...noted, ticketId: ticket?.id ?? null }, refusal: refusalOf(ticket, claims, sessionId) };
}

function refusalOf(
  ticket: TicketRow | undefined,
  claims: TicketClaims | undefined,
  sessionId: string,
): Outcome | undefined {
  // Before it is paid for, nobody was given a code.
  if (!ticket || !claims || ticket.state === 'pending') return { kind: 'invalid' };
  if (ticket.session_id !== sessionId) return { kind: 'wrong-session', sessionId: ticket.session_id };
  if (ticket.state === 'cancelled') return { kind: 'cancelled' };
  return ticket.serial === claims.serial ? undefined : { kind: 'superseded' };
}

function outcomeOf(scan: NewScan, inside: ReadonlyMap<string | null, CheckInRow>): Outcome {
  const first = inside.get(scan.ticketId);
  if (!first) throw new Error('a ticket was let in and is not inside');
  return first.scan_id === scan.key ? { kind: 'admitted' } : alreadyIn(first.scanned_at, first.gate);
}

const alreadyIn = (at: Date, gate: string): Outcome => ({ kind: 'already', at, gate });

/** A device without a connection knows the session of a ticket and no more: its people have gone in. */
function answer(scan: NewScan, outcome: Outcome): AnsweredScan {
  const stopped = outcome.kind === 'invalid' || outcome.kind === 'wrong-session';
  return { scan, outcome, letIn: outcome.kind === 'admitted' || (scan.offline && !stopped) };
}

function admissionOf({ scan, outcome }: AnsweredScan, inside: ReadonlyMap<string | null, CheckInRow>): Admission[] {
  const { ticketId, sessionId, at, gate } = scan;
  const isNew = outcome.kind === 'admitted' && inside.get(ticketId)?.taken_over === 0;
  return isNew && ticketId !== null ? [{ ticketId, sessionId, at, gate }] : [];
}

/** What was answered the first time. */
function replayed(row: ScanRow | undefined, ticket: TicketRow | undefined): Outcome {
  if (!row) throw new Error('a scan was neither answered now nor before');
  const { outcome, first_at: at, first_gate: gate } = row;
  if (outcome === 'already') return alreadyIn(at ?? new Date(0), gate ?? '');
  if (outcome === 'wrong-session') return { kind: outcome, sessionId: ticket?.session_id ?? '' };
  return { kind: outcome };
}

function shown({ id, label, grade }: TicketRow): ScannedTicket {
  // Written by this service, from a `Label`.
  return { id, label: JSON.parse(label) as Label, grade };
}

function ticketsLetInOffline(judged: Iterable<Judged>): string[] {
  return [...judged].flatMap(({ scan: { offline, ticketId } }) => (offline && ticketId !== null ? ticketId : []));
}
