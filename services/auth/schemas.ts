import { roles } from '@ticketaka/platform/contract';
import { z } from 'zod';

/** An e-mail address as every service keeps and compares it: trimmed, NFC, in lower case (RFC 5321: at most 254). */
export const emailAddress = z
  .string()
  .trim()
  .normalize('NFC')
  .toLowerCase()
  .max(254)
  .check(z.email())
  .meta({ description: 'Surrounding space and case do not matter', examples: ['minji@example.com'] });

/** A password that somebody chooses. The rules proper are in `domain/password-rules.ts`; this only bounds the work. */
export const newPassword = z
  .string()
  .min(1)
  .max(1024)
  .meta({
    description:
      '10 to 128 characters (Unicode code points after NFKC), of any kind. ' +
      'Refused when it is one of the most common passwords or contains the e-mail address.',
    examples: ['moonlit piano stairs'],
  });

/** Why a password is refused: `reason` of the problem `password_too_weak`. */
export const weakPasswordReasons = ['too_short', 'too_long', 'common', 'contains_address'] as const;
export type WeakPasswordReason = (typeof weakPasswordReasons)[number];

export const memberId = z.uuid().meta({ examples: ['01981f6e-8d5c-7cc3-a1f2-5b1f6ad1c0de'] });
const instant = z.iso.datetime().meta({ description: 'UTC', examples: ['2026-08-01T09:30:00.000Z'] });

export const Credentials = z
  .object({
    email: emailAddress,
    password: z
      .string()
      .min(1)
      .max(1024)
      .meta({ examples: ['moonlit piano stairs'] }),
  })
  .meta({ id: 'Credentials', title: 'Credentials' });

export const AccessToken = z
  .object({
    accessToken: z.string().meta({
      description: 'A JWT signed with RS256. Send it as `Authorization: Bearer …`.',
      examples: ['eyJhbGciOiJSUzI1NiIsImtpZCI6IlZ…'],
    }),
    tokenType: z.literal('Bearer'),
    expiresIn: z
      .int()
      .positive()
      .meta({ description: 'Seconds', examples: [900] }),
  })
  .meta({ id: 'AccessToken', title: 'Access token' });

export const refreshCookieName = 'ticketaka_refresh';

/** Optional, so that its absence is an ended session and not an invalid request. */
export const RefreshCookie = z.object({
  [refreshCookieName]: z
    .string()
    .max(128)
    .optional()
    .meta({ description: 'Set by login, HttpOnly, for /api/auth only' }),
});

export const Session = z
  .object({
    sessionId: z.uuid().meta({ examples: ['01981f70-02a6-7e1b-8f54-6f0f7f3f9a11'] }),
    device: z.string().meta({ description: 'From the user agent, shortened', examples: ['Chrome · Windows'] }),
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
    current: z.boolean().meta({ description: 'Whether the access token of this request belongs to it' }),
  })
  .meta({ id: 'Session', title: 'Session' });

export const SessionList = z.object({ sessions: z.array(Session) }).meta({ id: 'SessionList' });

export const Jwks = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('RSA'),
        n: z.string(),
        e: z.string().meta({ examples: ['AQAB'] }),
        kid: z.string().meta({ description: 'RFC 7638 thumbprint' }),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'Jwks', title: 'JSON Web Key Set (RFC 7517)' });

export const Account = z
  .object({
    memberId,
    email: emailAddress,
    roles: z.array(z.enum(roles)).meta({ examples: [['organizer']] }),
    locked: z.boolean(),
    createdAt: instant,
    passwordChangedAt: instant,
  })
  .meta({ id: 'Account', title: 'Account' });

export const NewAccount = z.object({ email: emailAddress, password: newPassword }).meta({ id: 'NewAccount' });

export const PasswordChange = z
  .object({
    current: z.string().min(1).max(1024),
    next: newPassword,
    tokenId: z.uuid().optional().meta({
      description: '`jti` of the access token that asked for the change. Its session goes on; every other one ends.',
    }),
  })
  .meta({ id: 'PasswordChange' });

export const PasswordReset = z.object({ password: newPassword }).meta({ id: 'PasswordReset' });
export const RoleSet = z.object({ roles: z.array(z.enum(roles)).max(roles.length) }).meta({ id: 'RoleSet' });
export const Lock = z.object({ locked: z.boolean() }).meta({ id: 'Lock' });
export const AccountIds = z.object({ memberIds: z.array(memberId).max(200) }).meta({ id: 'AccountIds' });
export const AccountList = z
  .object({ accounts: z.array(Account).meta({ description: 'Those that exist, in no order' }) })
  .meta({ id: 'AccountList' });
