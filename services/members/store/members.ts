import { type Kysely, type Selectable, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** The database, or a transaction on it. */
export type Db = Kysely<Schema>;

export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly birthDate: string;
  readonly phone: string;
  readonly locale: 'ko' | 'en';
  readonly createdAt: Date;
}

export type NewMember = Omit<MemberRow, 'createdAt'>;

const columns = [
  'id',
  'email',
  'name',
  sql<string>`DATE_FORMAT(birth_date, '%Y-%m-%d')`.as('birthDate'),
  'phone',
  'locale',
  'created_at as createdAt',
] as const;

type Found = Omit<MemberRow, 'email'> & Pick<Selectable<Schema['members']>, 'email'>;

/** Only a withdrawn member has no address, and none of these queries finds one. */
const present = (row: Found): MemberRow => ({ ...row, email: row.email ?? '' });

export async function findActive(db: Db, id: string): Promise<MemberRow | undefined> {
  const row = await db
    .selectFrom('members')
    .select(columns)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row && present(row);
}

export async function findActiveByEmail(db: Db, email: string): Promise<MemberRow | undefined> {
  const row = await db
    .selectFrom('members')
    .select(columns)
    .where('email', '=', email)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row && present(row);
}

/**
 * Writes down a member to be, or what has changed since the last attempt with the same ticket.
 * @throws the duplicate-key error of `email` when somebody else has the address, of `PRIMARY` when another request
 *   with the same ticket was faster
 */
export async function savePending(db: Db, member: NewMember): Promise<void> {
  const { birthDate, ...same } = member;
  const updated = await db
    .updateTable('members')
    .set({ name: same.name, birth_date: birthDate, phone: same.phone, locale: same.locale })
    .where('id', '=', member.id)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  if (updated.numUpdatedRows > 0n) return;
  await db
    .insertInto('members')
    .values({ ...same, birth_date: birthDate, state: 'pending' })
    .execute();
}

/** @returns false when there was nothing pending */
export async function activate(db: Db, id: string): Promise<boolean> {
  const result = await db
    .updateTable('members')
    .set({ state: 'active' })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function removePending(db: Db, id: string): Promise<void> {
  await db.deleteFrom('members').where('id', '=', id).where('state', '=', 'pending').execute();
}

export type Change = Partial<Pick<MemberRow, 'name' | 'phone' | 'locale'>>;

export async function update(db: Db, id: string, change: Change): Promise<void> {
  await db.updateTable('members').set(change).where('id', '=', id).where('state', '=', 'active').execute();
}

/**
 * Keeps the row, so that its id is never given again, and nothing of the person.
 * @returns false when there was no such member, or not any more
 */
export async function erase(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('members')
    .set({ state: 'withdrawn', email: null, name: '', birth_date: null, phone: '' })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function hasLeft(db: Db, id: string): Promise<boolean> {
  const query = db.selectFrom('members').select('id').where('id', '=', id).where('state', '=', 'withdrawn');
  return (await query.executeTakeFirst()) !== undefined;
}

export interface Search {
  readonly query: string | undefined;
  readonly limit: number;
  /** The last id of the page before. */
  readonly after: string | undefined;
}

/** Newest first: ids are ordered by time. */
export async function search(db: Db, { query, limit, after }: Search): Promise<MemberRow[]> {
  let found = db.selectFrom('members').select(columns).where('state', '=', 'active');
  if (after !== undefined) found = found.where('id', '<', after);
  if (query) {
    const part = `%${escapeLike(query.normalize('NFC'))}%`;
    const start = `${escapeLike(query.toLowerCase())}%`;
    // MariaDB refuses to compare other characters with a column that is ASCII.
    const digits = /^\+?[\d\s-]+$/.test(query) ? query.replaceAll(/[\s-]/g, '') : '';
    found = found.where((row) => {
      const byPhone = digits === '' ? [] : [row('phone', 'like', `${escapeLike(digits)}%`)];
      return row.or([row('name', 'like', part), row('email', 'like', start), ...byPhone]);
    });
  }
  const rows = await found.orderBy('id', 'desc').limit(limit).execute();
  return rows.map(present);
}

function escapeLike(text: string) {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
