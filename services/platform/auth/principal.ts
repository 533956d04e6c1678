import type { Role } from '../contract/index.ts';

/** Who is signed in, as the token says it. */
export interface Principal {
  readonly memberId: string;
  readonly roles: readonly Role[];
  /** `jti` of the access token. */
  readonly tokenId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}
