import { problem, Unavailable } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { clientNetwork } from '@ticketaka/platform/rate-limit';
import { deviceName } from '../domain/device-name.ts';
import { normalisePassword } from '../domain/password-rules.ts';
import { errors } from '../errors.ts';
import {
  type AccountRecord,
  accountByEmail,
  hasSamePassword,
  lockAccountRow,
  markSignedIn,
  replaceHash,
} from '../store/accounts.ts';
import { insertSession, keepNewestSessions, lockSession } from '../store/sessions.ts';
import type { AuthParts } from './auth-parts.ts';
import { type IssuedTokens, signTokens, writeTokens } from './issue-tokens.ts';

/** More devices than a person has; it bounds what one account can make the database keep. */
const mostSessions = 20;

export interface SignIn {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  readonly userAgent: string | undefined;
}

/**
 * Signs a person in. Unknown address, wrong password and locked account take the same steps: the same look-up, the
 * same counts and one password verification, then one error.
 * @throws Problem invalid_credentials
 * @throws RateLimited, Unavailable before any password was looked at
 */
export async function signIn(parts: AuthParts, request: SignIn): Promise<IssuedTokens> {
  const { db, hasher, limits } = parts;
  const attempt = { email: request.email, network: clientNetwork(request.address) };
  const password = normalisePassword(request.password);
  if (!hasher.hasRoom()) throw new Unavailable('too many passwords are waiting');
  await limits.begin(attempt);
  const account = await accountByEmail(db.kysely, request.email);
  const matches = await hasher.verify(account?.passwordHash, password);
  const welcome = account && matches && !account.locked;
  const pending = welcome ? await startSession(parts, account, deviceName(request.userAgent)) : undefined;
  if (!account || !pending) {
    await limits.failed(attempt);
    throw problem(errors, 'invalid_credentials', { headers: { 'www-authenticate': 'Bearer' } });
  }
  await limits.succeeded(attempt);
  await keepHashCurrent(parts, account, password);
  return await signTokens(parts, pending);
}

/** Undefined when the account is locked, or was locked, erased or given another password a moment ago. */
async function startSession({ db, sessions }: AuthParts, verified: AccountRecord, device: string) {
  return await db.transaction(async (trx) => {
    const { memberId } = verified;
    const account = await lockAccountRow(trx, memberId);
    if (!account || account.locked || !hasSamePassword(verified, account)) return undefined;
    const sessionId = newId();
    await insertSession(trx, { sessionId, memberId, device });
    await markSignedIn(trx, memberId);
    await keepNewestSessions(trx, memberId, mostSessions);
    const session = await lockSession(trx, sessionId);
    if (!session) throw new Error('a session of this transaction is gone');
    return await writeTokens(trx, { ...session, sessionId }, sessions);
  });
}

/** After the cost was raised, each account follows at its next login. It can wait for another one if this is not the time. */
async function keepHashCurrent({ db, hasher, log }: AuthParts, account: AccountRecord, password: string) {
  const { memberId, passwordHash } = account;
  if (!hasher.isOutdated(passwordHash)) return;
  try {
    await replaceHash(db.kysely, memberId, { from: passwordHash, to: await hasher.hash(password) });
  } catch (error) {
    log.warn({ err: error, memberId }, 'a password hash was not brought up to date');
  }
}
