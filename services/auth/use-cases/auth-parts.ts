import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { PasswordHasher } from '../crypto/password-hasher.ts';
import type { TokenSigner } from '../crypto/token-signer.ts';
import type { SessionLimits } from '../domain/rotation.ts';
import type { AuthSchema } from '../store/schema.ts';
import type { SignInLimits } from '../store/sign-in-limits.ts';

/** What the use cases stand on. */
export interface AuthParts {
  readonly db: Database<AuthSchema>;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  readonly limits: SignInLimits;
  readonly sessions: SessionLimits;
  readonly log: Logger;
}
