import { sql } from 'kysely';
import { codeLifetimeSeconds, type Purpose, type SentCode, ticketLifetimeSeconds } from '../domain/verification.ts';
import type { Db } from './members.ts';

export interface NewCode {
  readonly purpose: Purpose;
  readonly email: string;
  readonly locale: 'ko' | 'en';
  /** For a row that is not there yet. */
  readonly id: string;
  /** Who it is for, where that is known; else the id that a new member would get. */
  readonly memberId: string;
}

export interface Verification extends SentCode {
  readonly memberId: string;
}

const now = sql<Date>`NOW(3)`;
const inSeconds = (seconds: number) => sql<Date>`NOW(3) + INTERVAL ${seconds} SECOND`;

/**
 * One row for each purpose and address, so that only the newest code counts and a sign-up that is under way keeps the
 * id of its member. The code itself is set by `setCode`, since its hash is bound to the row.
 * @returns the row's id and its member
 */
export async function openVerification(db: Db, code: NewCode): Promise<{ id: string; memberId: string }> {
  await db
    .insertInto('verifications')
    .values({ ...rowOf(code), code_expires_at: now })
    .onDuplicateKeyUpdate({ locale: code.locale })
    .execute();
  return await db
    .selectFrom('verifications')
    .select(['id', 'member_id as memberId'])
    .where('purpose', '=', code.purpose)
    .where('email', '=', code.email)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

function rowOf({ id, purpose, email, locale, memberId }: NewCode) {
  return {
    id,
    purpose,
    email,
    locale,
    member_id: memberId,
    code_hash: null,
    ticket_hash: null,
    ticket_expires_at: null,
  };
}

export interface CodeToSet {
  readonly id: string;
  readonly memberId: string;
  /** Null where nobody is sent a code. */
  readonly codeHash: string | null;
}

export async function setCode(db: Db, { id, memberId, codeHash }: CodeToSet): Promise<void> {
  await db
    .updateTable('verifications')
    .set({
      member_id: memberId,
      code_hash: codeHash,
      code_expires_at: inSeconds(codeLifetimeSeconds),
      wrong_tries: 0,
    })
    .where('id', '=', id)
    .execute();
}

/** Locks the row, so that tries at one code are counted one after the other. */
export async function lockVerification(
  db: Db,
  { purpose, email }: { purpose: Purpose; email: string },
): Promise<Verification | undefined> {
  const row = await db
    .selectFrom('verifications')
    .select(['id', 'member_id', 'code_hash', 'wrong_tries', sql<number>`code_expires_at <= NOW(3)`.as('expired')])
    .where('purpose', '=', purpose)
    .where('email', '=', email)
    .forUpdate()
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      memberId: row.member_id,
      codeHash: row.code_hash,
      wrongTries: row.wrong_tries,
      expired: row.expired !== 0,
    }
  );
}

/** Tries beyond those that a code survives need not be told apart, and the column is small. */
export async function countWrongTry(db: Db, id: string): Promise<void> {
  await db
    .updateTable('verifications')
    .set({ wrong_tries: sql<number>`LEAST(wrong_tries + 1, 100)` })
    .where('id', '=', id)
    .execute();
}

export async function setTicket(db: Db, id: string, ticketHash: string): Promise<void> {
  await db
    .updateTable('verifications')
    .set({ ticket_hash: ticketHash, ticket_expires_at: inSeconds(ticketLifetimeSeconds) })
    .where('id', '=', id)
    .execute();
}

export interface TicketHolder {
  readonly verificationId: string;
  readonly memberId: string;
  readonly email: string;
}

export async function findTicket(db: Db, purpose: Purpose, ticketHash: string): Promise<TicketHolder | undefined> {
  return await db
    .selectFrom('verifications')
    .select(['id as verificationId', 'member_id as memberId', 'email'])
    .where('purpose', '=', purpose)
    .where('ticket_hash', '=', ticketHash)
    .where('ticket_expires_at', '>', now)
    .executeTakeFirst();
}

export async function closeVerifications(db: Db, email: string): Promise<void> {
  await db.deleteFrom('verifications').where('email', '=', email).execute();
}
