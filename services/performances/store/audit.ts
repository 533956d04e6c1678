import type { z } from 'zod';
import type { AuditEntry } from '../schemas/manage.ts';
import type { Db } from './schema.ts';

export interface AuditRecord {
  /** A member's id, or `collector`. */
  readonly by: string;
  /** `session.updated` */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Whose history it belongs to; null for what many performances share. */
  readonly performanceId: string | null;
  /** As the API shows it. Null when there was nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Writes down a change in the transaction that makes it. There is no way to change or remove what was written. */
export async function addAudit(trx: Db, record: AuditRecord): Promise<void> {
  await addAudits(trx, [record]);
}

/** As {@link addAudit}, for a change that is part of more than one history. */
export async function addAudits(trx: Db, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map((record) => ({
    actor: record.by,
    action: record.action,
    subject_kind: record.subject.kind,
    subject_id: record.subject.id,
    performance_id: record.performanceId,
    before_change: json(record.before),
    after_change: json(record.after),
  }));
  await trx.insertInto('audit').values(rows).execute();
}

const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value));

export interface AuditPage {
  readonly performanceId: string;
  readonly limit: number;
  /** The last of the page before. */
  readonly before: number | undefined;
}

/** Newest first. */
export async function listAudit(db: Db, { performanceId, limit, before }: AuditPage) {
  let found = db
    .selectFrom('audit')
    .selectAll()
    .where('performance_id', '=', performanceId)
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) found = found.where('id', '<', before);
  const rows = await found.execute();
  return rows.map((row) => {
    const entry: z.output<typeof AuditEntry> = {
      at: row.at.toISOString(),
      by: row.actor,
      action: row.action,
      subject: { kind: row.subject_kind, id: row.subject_id },
      before: row.before_change,
      after: row.after_change,
    };
    return { id: row.id, entry };
  });
}
