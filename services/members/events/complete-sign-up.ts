import { emailRealtime } from '@ticketaka/mail/api';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Outbox } from '@ticketaka/platform/outbox';
import { activate, type Db, findActive, hasLeft, type MemberRow } from '../store/members.ts';
import type { Schema } from '../store/schema.ts';
import { endSignUp } from '../store/sign-ups.ts';
import { tellWithdrawal } from './tell-withdrawal.ts';

interface Deps {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
}

/**
 * The last step of a sign-up, taken by its request or, if that died, by due work: once, whoever is first.
 * @returns the member, or undefined when there is none any more
 */
export async function complete({ db, outbox }: Deps, id: string): Promise<MemberRow | undefined> {
  return await db.transaction((trx) => completeIn(trx, outbox, id));
}

/** {@link complete}, in a transaction that decides more. */
export async function completeIn(trx: Db, outbox: Outbox, id: string): Promise<MemberRow | undefined> {
  const first = await activate(trx, id);
  await endSignUp(trx, id);
  const member = await findActive(trx, id);
  // Auth may have made the account after it had erased the one before, which nobody could sign up over.
  if (!member && (await hasLeft(trx, id))) await tellWithdrawal(trx, outbox, id);
  if (member && first) {
    const { email: address, name, locale } = member;
    const template = { name: 'welcome', memberName: name } as const;
    await outbox.add(trx, emailRealtime, { to: { address, name }, locale, template });
  }
  return member;
}
