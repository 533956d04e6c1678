import type { DueColumns } from '@ticketaka/platform/due-work';
import type { ColumnType, Generated } from 'kysely';
import type { Purpose } from '../domain/verification.ts';

type Locale = 'ko' | 'en';

interface MemberTable {
  id: string;
  /** Null once withdrawn, so that the address is free again. */
  email: string | null;
  name: string;
  birth_date: ColumnType<Date | string | null, string | null>;
  phone: string;
  locale: Locale;
  /** `pending` until auth has the account: nobody sees it, and a due date brings it to an end either way. */
  state: 'pending' | 'active' | 'withdrawn';
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface VerificationTable {
  id: string;
  purpose: Purpose;
  email: string;
  locale: Locale;
  /** Who the ticket is for: the member to be, or the one who forgot. Stays the same for every code of this row. */
  member_id: string;
  code_hash: string | null;
  code_expires_at: Date;
  wrong_tries: Generated<number>;
  ticket_hash: string | null;
  ticket_expires_at: Date | null;
}

/** A sign-up that has begun: due work that finishes or undoes it if its request died. */
interface SignUpTable {
  id: Generated<number>;
  member_id: string;
  due_at: DueColumns['due_at'];
  lease_token: DueColumns['lease_token'];
  attempts: Generated<number>;
  /** When auth was first asked and had no account; null before that. */
  missed_at: Date | null;
}

export interface Schema {
  members: MemberTable;
  verifications: VerificationTable;
  sign_ups: SignUpTable;
}
