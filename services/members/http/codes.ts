import { randomBytes, randomInt } from 'node:crypto';
import { emailAuth } from '@ticketaka/mail/api';
import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { clientNetwork } from '@ticketaka/platform/rate-limit';
import {
  codeLifetimeSeconds,
  formatCode,
  hashCode,
  hashTicket,
  opens,
  type Purpose,
  resendAfterSeconds,
  ticketLifetimeSeconds,
} from '../domain/verification.ts';
import { errors } from '../errors.ts';
import { type Db, findActiveByEmail, type MemberRow } from '../store/members.ts';
import * as verifications from '../store/verifications.ts';
import type { Deps } from './deps.ts';

export interface CodeRequest {
  readonly purpose: Purpose;
  readonly email: string;
  readonly locale: 'ko' | 'en';
  readonly clientAddress: string;
}

/**
 * Sends a code, or what an address gets in its place: one that has a member is told so at sign-up, one that has none
 * gets nothing at a reset. Outside it all looks the same, and takes the same time but for the one statement that puts a
 * mail into the outbox, which the few tries that there are do not tell from noise.
 */
export async function sendCode({ db, outbox, limits }: Deps, request: CodeRequest) {
  const { purpose, email, locale, clientAddress } = request;
  const network = clientNetwork(clientAddress);
  const address = `${purpose}:${email}`;
  const requester = `${address} ${network}`;
  await limits.codePerNetwork.consume(network);
  await limits.resend.consume(requester);
  await limits.codePerRequester.consume(requester);
  await limits.codePerRequesterDaily.consume(requester);
  await limits.codePerAddress.consume(address);
  await limits.codePerAddressDaily.consume(address);

  const code = formatCode(randomInt(1_000_000));
  await db.transaction(async (trx) => {
    const member = await findActiveByEmail(trx, email);
    const fits = purpose === 'sign-up' ? !member : member !== undefined;
    const row = await verifications.openVerification(trx, { purpose, email, locale, id: newId(), memberId: newId() });
    const codeHash = fits ? hashCode(row.id, code) : null;
    // At a sign-up the row keeps the id of a member to be: the one of today may have left when the address is free again.
    const memberId = purpose === 'password-reset' && member ? member.id : row.memberId;
    await verifications.setCode(trx, { id: row.id, memberId, codeHash });
    const template = fits ? codeMail(purpose, code) : member && ({ name: 'account-exists' } as const);
    if (template)
      await outbox.add(trx, emailAuth, {
        to: to(email, member),
        locale: member?.locale ?? locale,
        template,
        ...validFor(fits),
      });
  });
  return { status: 202, body: { expiresInSeconds: codeLifetimeSeconds, resendAfterSeconds } } as const;
}

function codeMail(purpose: Purpose, code: string) {
  return { name: 'verification-code', purpose, code, expiresInMinutes: codeLifetimeSeconds / 60 } as const;
}

function to(address: string, member: MemberRow | undefined) {
  return member ? { address, name: member.name } : { address };
}

/** A code that comes too late only confuses. */
function validFor(isCode: boolean) {
  return isCode ? { validUntil: new Date(Date.now() + codeLifetimeSeconds * 1000).toISOString() } : {};
}

export interface CodeToConfirm {
  readonly purpose: Purpose;
  readonly email: string;
  readonly code: string;
  readonly clientAddress: string;
}

/** Trades a code for a ticket. The same right code again gives a new ticket, in case the first was lost on its way. */
export async function confirmCode({ db, limits }: Deps, { purpose, email, code, clientAddress }: CodeToConfirm) {
  const network = clientNetwork(clientAddress);
  await limits.confirmPerNetwork.consume(network);
  await limits.confirmPerRequester.consume(`${purpose}:${email} ${network}`);
  const ticket = randomBytes(32).toString('base64url');
  const opened = await db.transaction(async (trx) => {
    const sent = await verifications.lockVerification(trx, { purpose, email });
    if (!sent) return false;
    if (!opens(sent, code)) {
      await verifications.countWrongTry(trx, sent.id);
      return false;
    }
    await verifications.setTicket(trx, sent.id, hashTicket(ticket));
    return true;
  });
  if (!opened) throw problem(errors, 'code_wrong');
  return { status: 200, body: { ticket, expiresInSeconds: ticketLifetimeSeconds } } as const;
}

/** @throws Problem when nobody holds this ticket, or it has expired */
export async function holderOf(db: Db, purpose: Purpose, ticket: string): Promise<verifications.TicketHolder> {
  const holder = await verifications.findTicket(db, purpose, hashTicket(ticket));
  if (!holder) throw problem(errors, 'ticket_invalid');
  return holder;
}
