import { newId } from '@ticketaka/platform/ids';
import { type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import type { Reject } from '../../schemas/manage.ts';
import type { Db, Schema } from '../../store/schema.ts';
import { hashOf, type Misreading, type RecordKind } from '../derive/record.ts';

type Row = Selectable<Schema['collector_rejects']>;
type Shown = z.output<typeof Reject>;

export interface RecordKey {
  readonly kind: RecordKind;
  readonly sourceId: string;
}

/** What is known of a record that could not be read before. */
export async function rejectsOf(db: Db, { kind, sourceId }: RecordKey): Promise<readonly Row[]> {
  return await db
    .selectFrom('collector_rejects')
    .selectAll()
    .where('kind', '=', kind)
    .where('source_id', '=', sourceId)
    .execute();
}

/** The correction of a field, as long as the source has what was corrected. */
export function correctionOf(rejects: readonly Row[], field: string, value: string): string | undefined {
  const found = rejects.find((reject) => reject.field === field && reject.value_hash === hashOf(value));
  const applies = found?.state === 'corrected' || found?.state === 'resolved';
  return applies ? (found.correction ?? undefined) : undefined;
}

export function isIgnored(rejects: readonly Row[], { field, value }: Misreading): boolean {
  return rejects.some(
    (reject) => reject.field === field && reject.state === 'ignored' && reject.value_hash === hashOf(value),
  );
}

/** Notes what could not be read. What is known already is brought up to date, so that there is one of each. */
export async function noteRejects(
  trx: Db,
  key: RecordKey,
  { runId, misread }: { readonly runId: string; readonly misread: readonly Misreading[] },
): Promise<void> {
  for (const { field, value, reason } of misread) {
    const hash = hashOf(value);
    await sql`
      INSERT INTO collector_rejects
        (id, run_id, source_id, kind, field, value, value_hash, reason, state, correction)
      VALUES (${newId()}, ${runId}, ${key.sourceId}, ${key.kind}, ${field}, ${value.slice(0, 500)}, ${hash},
        ${reason.slice(0, 500)}, 'open', NULL)
      ON DUPLICATE KEY UPDATE
        state = IF(state = 'ignored' AND value_hash = VALUE(value_hash), 'ignored', 'open'),
        correction = IF(value_hash = VALUE(value_hash), correction, NULL),
        run_id = VALUE(run_id), value = VALUE(value), value_hash = VALUE(value_hash), reason = VALUE(reason),
        last_seen_at = NOW(3)`.execute(trx);
  }
}

/** What was open and is not misread any more. */
export async function resolveRejects(trx: Db, known: readonly Row[], misread: readonly Misreading[]): Promise<void> {
  const solved = known
    .filter(({ state }) => state === 'open' || state === 'corrected')
    .filter(({ field }) => !misread.some((fault) => fault.field === field))
    .map(({ id }) => id);
  if (solved.length === 0) return;
  await trx.updateTable('collector_rejects').set({ state: 'resolved' }).where('id', 'in', solved).execute();
}

export async function findReject(db: Db, id: string): Promise<Shown | undefined> {
  const row = await db.selectFrom('collector_rejects').selectAll().where('id', '=', id).executeTakeFirst();
  return row && represent(row);
}

export interface RejectPage {
  readonly state: Row['state'];
  readonly limit: number;
  /** The last id of the page before. */
  readonly before: string | undefined;
}

/** Newest first. */
export async function listRejects(db: Db, { state, limit, before }: RejectPage): Promise<readonly Shown[]> {
  let found = db
    .selectFrom('collector_rejects')
    .selectAll()
    .where('state', '=', state)
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) found = found.where('id', '<', before);
  return (await found.execute()).map(represent);
}

/** Says what a field should have been, that it is to be left alone, or neither. @returns whether there is such a reject */
export async function correctReject(
  db: Db,
  id: string,
  { correction, ignore }: { readonly correction: string | null; readonly ignore: boolean },
): Promise<boolean> {
  const state = ignore ? 'ignored' : correction === null ? 'open' : 'corrected';
  const exists = await db.selectFrom('collector_rejects').select('id').where('id', '=', id).executeTakeFirst();
  if (!exists) return false;
  await db.updateTable('collector_rejects').set({ state, correction }).where('id', '=', id).execute();
  return true;
}

function represent(row: Row): Shown {
  return {
    id: row.id,
    runId: row.run_id,
    sourceId: row.source_id,
    kind: row.kind,
    field: row.field,
    value: row.value,
    reason: row.reason,
    state: row.state,
    correction: row.correction,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  };
}
