import { type RawBuilder, sql } from 'kysely';

/** Replicas may disagree about what time it is; the database does not. */
export const databaseNow: RawBuilder<Date> = sql<Date>`UTC_TIMESTAMP(3)`;

/** For an update of a row that has a version. */
export const nextVersion = { version: sql<number>`version + 1`, updated_at: databaseNow };
