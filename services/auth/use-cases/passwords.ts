import { problem } from '@ticketaka/platform/http';
import { normalisePassword } from '../domain/password-rules.ts';
import { errors } from '../errors.ts';
import {
  type AccountRecord,
  accountById,
  hasSamePassword,
  lockAccountRow,
  setPasswordHash,
} from '../store/accounts.ts';
import { deleteSessionsOf, sessionOfAccessToken } from '../store/sessions.ts';
import { existing } from './accounts.ts';
import type { AuthParts } from './auth-parts.ts';
import { choosePassword } from './choose-password.ts';

export interface PasswordChange {
  readonly memberId: string;
  readonly current: string;
  readonly next: string;
  /** `jti` of the access token that asked. */
  readonly tokenId: string | undefined;
}

/** For so long a change may be asked for again, by whom the first answer did not reach. */
const repeatableMs = 10 * 60_000;

/**
 * Tries are counted: a stolen access token must not be a way to guess the password.
 * @throws Problem account_not_found, wrong_password, password_too_weak
 * @throws RateLimited
 */
export async function changePassword(parts: AuthParts, change: PasswordChange): Promise<void> {
  const { db, hasher, limits } = parts;
  const { memberId, tokenId } = change;
  const account = existing(await accountById(db.kysely, memberId));
  const next = choosePassword(change.next, account.email);
  await limits.passwordChange(memberId);
  const matches =
    (await hasher.verify(account.passwordHash, normalisePassword(change.current))) ||
    (isFresh(account) && (await hasher.verify(account.passwordHash, next)));
  if (!matches || account.locked) throw problem(errors, 'wrong_password');
  const passwordHash = await hasher.hash(next);
  await db.transaction(async (trx) => {
    const now = existing(await lockAccountRow(trx, memberId));
    // Somebody changed it in between, so `current` is not the current one any more.
    if (!hasSamePassword(account, now)) throw problem(errors, 'wrong_password');
    await setPasswordHash(trx, memberId, passwordHash);
    const kept = tokenId && (await sessionOfAccessToken(trx, { memberId, tokenId }));
    await deleteSessionsOf(trx, memberId, kept || undefined);
  });
  await limits.passwordChanged(memberId);
}

/** Only then a second look is had, at `next`: it would be a second guess at every other time. */
function isFresh({ passwordChangedAt }: AccountRecord): boolean {
  return Date.now() - passwordChangedAt.getTime() < repeatableMs;
}

/** @throws Problem account_not_found, password_too_weak */
export async function resetPassword(parts: AuthParts, memberId: string, password: string): Promise<void> {
  const { db, hasher, limits } = parts;
  const { email } = existing(await accountById(db.kysely, memberId));
  const passwordHash = await hasher.hash(choosePassword(password, email));
  await db.transaction(async (trx) => {
    existing(await lockAccountRow(trx, memberId));
    await setPasswordHash(trx, memberId, passwordHash);
    await deleteSessionsOf(trx, memberId);
  });
  await limits.forgive(email);
}
