import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';

/** The row of a poster's files, which is there before the files and goes after them. */
export interface PosterFiles {
  readonly id: string;
  readonly widths: readonly number[];
}

const inSeconds = (seconds: number) => sql<Date>`NOW(3) + INTERVAL ${seconds} SECOND`;

/** Notes files that are going to be written. They go after so many seconds, unless they are kept. */
export async function noteFiles(db: Db, { id, widths }: PosterFiles, seconds: number): Promise<void> {
  await sql`
    INSERT INTO poster_files (id, widths, due_at)
    VALUES (${id}, ${JSON.stringify(widths)}, ${inSeconds(seconds)})`.execute(db);
}

/** @returns false when it is too late: the sweep has begun to remove them */
export async function keepFiles(trx: Db, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE poster_files SET due_at = NULL
    WHERE id = ${id} AND lease_token IS NULL AND due_at > NOW(3)`.execute(trx);
  return numAffectedRows === 1n;
}

/** Has the files removed after so many seconds. */
export async function releaseFiles(trx: Db, id: string, seconds: number): Promise<void> {
  await sql`
    UPDATE poster_files SET due_at = ${inSeconds(seconds)}, attempts = 0 WHERE id = ${id}`.execute(trx);
}

export async function forgetFiles(trx: Db, id: string): Promise<void> {
  await sql`DELETE FROM poster_files WHERE id = ${id}`.execute(trx);
}

export async function insertPoster(trx: Db, poster: PosterFiles & { readonly performanceId: string }): Promise<void> {
  const { id, performanceId, widths } = poster;
  await trx
    .insertInto('posters')
    .values({ id, performance_id: performanceId, widths: JSON.stringify(widths) })
    .execute();
}

/** @returns whether the poster was there, and of this performance */
export async function deletePoster(trx: Db, poster: { readonly id: string; readonly performanceId: string }) {
  const { numDeletedRows } = await trx
    .deleteFrom('posters')
    .where('id', '=', poster.id)
    .where('performance_id', '=', poster.performanceId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
