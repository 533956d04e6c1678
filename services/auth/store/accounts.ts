import type { Role } from '@ticketaka/platform/contract';
import { type Kysely, sql } from 'kysely';
import { type AuthSchema, databaseNow } from './schema.ts';

/** A `Kysely` or a transaction of it. */
export type AuthExecutor = Kysely<AuthSchema>;

export interface AccountRecord {
  readonly memberId: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly locked: boolean;
  readonly createdAt: Date;
  readonly passwordChangedAt: Date;
  readonly everSignedIn: boolean;
}

const columns = [
  'member_id as memberId',
  'email',
  'password_hash as passwordHash',
  'created_at as createdAt',
  'password_changed_at as passwordChangedAt',
] as const;

function accounts(db: AuthExecutor) {
  return db
    .selectFrom('accounts')
    .select(columns)
    .select([sql<number>`locked_at IS NOT NULL`.as('locked'), sql<number>`first_login_at IS NOT NULL`.as('used')]);
}

type Row = Omit<AccountRecord, 'locked' | 'everSignedIn'> & { readonly locked: number; readonly used: number };

function recordOf({ used, ...row }: Row): AccountRecord {
  return { ...row, locked: row.locked === 1, everSignedIn: used === 1 };
}

export async function accountByEmail(db: AuthExecutor, email: string): Promise<AccountRecord | undefined> {
  const row = await accounts(db).where('email', '=', email).executeTakeFirst();
  return row && recordOf(row);
}

export async function accountById(db: AuthExecutor, memberId: string): Promise<AccountRecord | undefined> {
  const row = await accounts(db).where('member_id', '=', memberId).executeTakeFirst();
  return row && recordOf(row);
}

/** Keeps the account as it is until the transaction ends. Everything that starts or ends its sessions goes through this. */
export async function lockAccountRow(trx: AuthExecutor, memberId: string): Promise<AccountRecord | undefined> {
  const row = await accounts(trx).where('member_id', '=', memberId).forUpdate().executeTakeFirst();
  return row && recordOf(row);
}

export async function accountsByIds(db: AuthExecutor, memberIds: readonly string[]): Promise<AccountRecord[]> {
  if (memberIds.length === 0) return [];
  const rows = await accounts(db).where('member_id', 'in', memberIds).execute();
  return rows.map(recordOf);
}

export interface NewAccountRecord {
  readonly memberId: string;
  readonly email: string;
  readonly passwordHash: string;
}

/** @throws the duplicate-key error when the id (PRIMARY) or the address (accounts_email) is there already */
export async function insertAccount(db: AuthExecutor, account: NewAccountRecord): Promise<void> {
  await db
    .insertInto('accounts')
    .values({
      member_id: account.memberId,
      email: account.email,
      password_hash: account.passwordHash,
      locked_at: null,
      created_at: databaseNow,
      password_changed_at: databaseNow,
      first_login_at: null,
    })
    .execute();
}

export async function setPasswordHash(db: AuthExecutor, memberId: string, passwordHash: string): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ password_hash: passwordHash, password_changed_at: databaseNow })
    .where('member_id', '=', memberId)
    .execute();
}

/** Not by the hash, which becomes another one when only its cost is raised (`replaceHash`). */
export function hasSamePassword(before: AccountRecord, now: AccountRecord): boolean {
  return before.passwordChangedAt.getTime() === now.passwordChangedAt.getTime();
}

/** The same password at another cost: unless it was changed since. */
export async function replaceHash(db: AuthExecutor, memberId: string, hashes: { from: string; to: string }) {
  await db
    .updateTable('accounts')
    .set({ password_hash: hashes.to })
    .where('member_id', '=', memberId)
    .where('password_hash', '=', hashes.from)
    .execute();
}

export async function markSignedIn(db: AuthExecutor, memberId: string): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ first_login_at: databaseNow })
    .where('member_id', '=', memberId)
    .where('first_login_at', 'is', null)
    .execute();
}

export async function setLocked(db: AuthExecutor, memberId: string, locked: boolean): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ locked_at: locked ? sql<Date>`COALESCE(locked_at, ${databaseNow})` : null })
    .where('member_id', '=', memberId)
    .execute();
}

/** Takes roles, sessions and tokens along. */
export async function deleteAccountRow(db: AuthExecutor, memberId: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('accounts').where('member_id', '=', memberId).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Roles of each of the members, in the order of their names. A member without any is missing. */
export async function rolesOf(db: AuthExecutor, memberIds: readonly string[]): Promise<Map<string, Role[]>> {
  const roles = new Map<string, Role[]>();
  if (memberIds.length === 0) return roles;
  const rows = await db
    .selectFrom('account_roles')
    .select(['member_id', 'role'])
    .where('member_id', 'in', memberIds)
    .orderBy('role')
    .execute();
  for (const { member_id: memberId, role } of rows) roles.set(memberId, [...(roles.get(memberId) ?? []), role]);
  return roles;
}

export async function replaceRoles(trx: AuthExecutor, memberId: string, roles: readonly Role[]): Promise<void> {
  await trx.deleteFrom('account_roles').where('member_id', '=', memberId).execute();
  const rows = [...new Set(roles)].map((role) => ({ member_id: memberId, role }));
  if (rows.length > 0) await trx.insertInto('account_roles').values(rows).execute();
}

export async function emailsWithRole(db: AuthExecutor, role: Role): Promise<string[]> {
  const rows = await db
    .selectFrom('accounts')
    .innerJoin('account_roles', 'account_roles.member_id', 'accounts.member_id')
    .select('email')
    .where('role', '=', role)
    .orderBy('email')
    .execute();
  return rows.map(({ email }) => email);
}
