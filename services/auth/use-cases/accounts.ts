import type { Role } from '@ticketaka/platform/contract';
import { problem } from '@ticketaka/platform/http';
import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { errors } from '../errors.ts';
import {
  type AccountRecord,
  type AuthExecutor,
  accountById,
  accountsByIds,
  deleteAccountRow,
  insertAccount,
  lockAccountRow,
  type NewAccountRecord,
  replaceRoles,
  rolesOf,
  setLocked,
  setPasswordHash,
} from '../store/accounts.ts';
import { deleteSessionsOf } from '../store/sessions.ts';
import type { AuthParts } from './auth-parts.ts';
import { choosePassword } from './choose-password.ts';

export interface NewAccount {
  readonly memberId: string;
  readonly email: string;
  readonly password: string;
}

/** @throws Problem email_taken, account_exists, password_too_weak */
export async function createAccount({ db, hasher }: AuthParts, { memberId, email, password }: NewAccount) {
  const passwordHash = await hasher.hash(choosePassword(password, email));
  const account = { memberId, email, passwordHash };
  try {
    await insertAccount(db.kysely, account);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    await db.transaction((trx) => repeatCreation(trx, account));
  }
  return await getAccount({ db }, memberId);
}

async function repeatCreation(trx: AuthExecutor, { memberId, email, passwordHash }: NewAccountRecord) {
  const account = await lockAccountRow(trx, memberId);
  if (!account) throw problem(errors, 'email_taken');
  if (account.email !== email) throw problem(errors, 'account_exists');
  if (!account.everSignedIn) await setPasswordHash(trx, memberId, passwordHash);
}

/** @throws Problem account_not_found */
export async function getAccount({ db }: Pick<AuthParts, 'db'>, memberId: string) {
  return await shown(db.kysely, await accountById(db.kysely, memberId));
}

export async function findAccounts({ db }: AuthParts, memberIds: readonly string[]) {
  const [records, roles] = await Promise.all([accountsByIds(db.kysely, memberIds), rolesOf(db.kysely, memberIds)]);
  return records.map((record) => toAccount(record, roles.get(record.memberId)));
}

/** @throws Problem account_not_found */
export async function setRoles({ db }: AuthParts, memberId: string, roles: readonly Role[]) {
  return await db.transaction(async (trx) => {
    const account = existing(await lockAccountRow(trx, memberId));
    await replaceRoles(trx, memberId, roles);
    return await shown(trx, account);
  });
}

/** @throws Problem account_not_found */
export async function setLock({ db }: AuthParts, memberId: string, locked: boolean) {
  return await db.transaction(async (trx) => {
    const account = existing(await lockAccountRow(trx, memberId));
    await setLocked(trx, memberId, locked);
    if (locked) await deleteSessionsOf(trx, memberId);
    return await shown(trx, { ...account, locked });
  });
}

/** Nothing of the account stays. May be repeated: an event may come twice. */
export async function deleteAccount({ db }: AuthParts, memberId: string): Promise<void> {
  await deleteAccountRow(db.kysely, memberId);
}

/** @throws Problem account_not_found */
export function existing(account: AccountRecord | undefined): AccountRecord {
  if (!account) throw problem(errors, 'account_not_found');
  return account;
}

async function shown(db: AuthExecutor, account: AccountRecord | undefined) {
  const found = existing(account);
  return toAccount(found, (await rolesOf(db, [found.memberId])).get(found.memberId));
}

function toAccount(record: AccountRecord, roles: Role[] = []) {
  return {
    memberId: record.memberId,
    email: record.email,
    roles,
    locked: record.locked,
    createdAt: record.createdAt.toISOString(),
    passwordChangedAt: record.passwordChangedAt.toISOString(),
  };
}
