import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import type { Db } from '../../store/schema.ts';
import { type Calendar, readPerformance } from '../derive/performance.ts';
import type { Misreading } from '../derive/record.ts';
import { readVenue } from '../derive/venue.ts';
import { type Fields, UnreadableXml } from '../source/xml.ts';
import { holdLease } from '../store/lease.ts';
import { putPerformance } from '../store/performances.ts';
import { correctionOf, isIgnored, noteRejects, type RecordKey, rejectsOf, resolveRejects } from '../store/rejects.ts';
import { putVenue } from '../store/venues.ts';
import type { CollectorParts } from './collector-parts.ts';
import { isOfSource } from './of-source.ts';
import type { Outcome } from './progress.ts';

export interface ReadContext {
  /** The run that reads it, or read it last. */
  readonly runId: string;
  /** Whether that run must still have the lease when something is written. */
  readonly inRun: boolean;
  readonly calendar: Calendar;
  readonly signal: AbortSignal;
  /** Whether it is no fault that the source does not have it. */
  readonly mayBeGone?: boolean;
}

export interface RecordResult {
  readonly outcome: Outcome;
  /** Whether the source did not answer for it. */
  readonly unanswered: boolean;
}

type Key = RecordKey & { readonly kind: 'venue' | 'performance' };

/**
 * Reads one venue or performance, and writes what changed in a transaction of its own. Whatever is wrong with it becomes
 * rejects; only what is wrong with us, or with everything, is thrown.
 */
export async function readRecord(parts: CollectorParts, key: Key, context: ReadContext): Promise<RecordResult> {
  let fields: Fields | undefined;
  try {
    fields = await parts.kopis[key.kind](key.sourceId, context.signal);
  } catch (error) {
    if (context.signal.aborted || !isOfSource(error)) throw error;
    await reject(parts, key, { context, reason: error.message });
    return { outcome: 'rejected', unanswered: !(error instanceof UnreadableXml) };
  }
  if (fields) return { outcome: await store(parts, key, { context, fields }), unanswered: false };
  if (context.mayBeGone) return { outcome: 'unchanged', unanswered: false };
  await reject(parts, key, { context, reason: 'listed, but the source has nothing of that id' });
  return { outcome: 'rejected', unanswered: false };
}

/** The whole record is no good. */
async function reject(
  { db }: CollectorParts,
  key: Key,
  { context, reason }: { readonly context: ReadContext; readonly reason: string },
) {
  const { runId, inRun } = context;
  await db.transaction(async (trx) => {
    if (inRun) await holdLease(trx, runId);
    const misread = [{ field: 'record', value: '', reason, blocking: true }];
    await noteRejects(trx, key, { runId, misread });
  });
}

interface Read {
  readonly context: ReadContext;
  readonly fields: Fields;
}

async function store(parts: CollectorParts, key: Key, read: Read): Promise<Outcome> {
  const write = () => parts.db.transaction((trx) => put(trx, parts, { ...read, key }));
  try {
    return await write();
  } catch (error) {
    // Somebody who read the same record at the same time was first: now it is there.
    if (isDuplicateKey(error, 'source')) return await write();
    throw error;
  }
}

async function put(
  trx: Db,
  { outbox }: CollectorParts,
  { key, fields, context }: Read & { readonly key: Key },
): Promise<Outcome> {
  const { runId, inRun, calendar } = context;
  if (inRun) await holdLease(trx, runId);
  const rejects = await rejectsOf(trx, key);
  const corrections = Object.entries(fields).flatMap(([field, value]) => {
    const correction = correctionOf(rejects, field, value);
    return correction === undefined ? [] : [[field, correction] as const];
  });
  const corrected: Fields = { ...fields, ...Object.fromEntries(corrections) };
  const [outcome, misread] = await apply();
  const asInSource = misread.map((fault) => {
    const isCorrected = corrections.some(([field]) => field === fault.field);
    const reason = isCorrected ? `the correction: ${fault.reason}` : fault.reason;
    return { ...fault, value: fields[fault.field] ?? '', reason };
  });
  const noted = asInSource.filter((fault) => !isIgnored(rejects, fault));
  await noteRejects(trx, key, { runId, misread: noted });
  await resolveRejects(trx, rejects, asInSource);
  return outcome === 'rejected' && noted.every(({ blocking }) => !blocking) ? 'unchanged' : outcome;

  async function apply(): Promise<readonly [Outcome, readonly Misreading[]]> {
    if (key.kind === 'venue') {
      const { value, misread: faults } = readVenue(key.sourceId, corrected);
      return [value ? await putVenue(trx, outbox, value) : 'rejected', faults];
    }
    const { value, misread: faults } = readPerformance(key.sourceId, corrected, calendar);
    const done = value ? await putPerformance(trx, outbox, value) : 'rejected';
    if (done !== 'no venue') return [done, faults];
    const reason = 'no such venue was collected';
    return ['rejected', [...faults, { field: 'mt10id', value: '', reason, blocking: true }]];
  }
}
