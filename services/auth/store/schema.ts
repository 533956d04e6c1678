import type { Role } from '@ticketaka/platform/contract';
import { type RawBuilder, sql } from 'kysely';

/** Times are UTC, and the database's own: replicas may disagree about what time it is. */
export interface AuthSchema {
  readonly accounts: {
    readonly member_id: string;
    /** As `emailAddress` of the contract writes it. */
    readonly email: string;
    readonly password_hash: string;
    readonly locked_at: Date | null;
    readonly created_at: Date;
    readonly password_changed_at: Date;
    readonly first_login_at: Date | null;
  };
  readonly account_roles: { readonly member_id: string; readonly role: Role };
  /** A sign-in on one device, and the family of its refresh tokens. */
  readonly sessions: {
    readonly session_id: string;
    readonly member_id: string;
    readonly device: string;
    readonly generation: number;
    readonly created_at: Date;
    readonly rotated_at: Date;
  };
  readonly refresh_tokens: {
    readonly token_hash: Buffer;
    readonly session_id: string;
    readonly generation: number;
    /** `jti` of the access token that was given with it. */
    readonly access_token_id: string;
    readonly issued_at: Date;
  };
}

export const databaseNow: RawBuilder<Date> = sql<Date>`UTC_TIMESTAMP(3)`;
