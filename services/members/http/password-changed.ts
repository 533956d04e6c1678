import { emailRealtime } from '@ticketaka/mail/api';
import type { Outbox } from '@ticketaka/platform/outbox';
import type { Db, MemberRow } from '../store/members.ts';

/** Tells the owner, who should know when it was somebody else. */
export async function mailPasswordChanged(outbox: Outbox, trx: Db, member: MemberRow): Promise<void> {
  const { email: address, name, locale } = member;
  const template = { name: 'password-changed', changedAt: new Date().toISOString() } as const;
  await outbox.add(trx, emailRealtime, { to: { address, name }, locale, template });
}
