import type { RateLimiter } from '@ticketaka/platform/rate-limit';

type Limit = { readonly name: string; readonly points: number; readonly seconds: number };

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * How often codes are sent and tried. Per address they keep a mailbox from being flooded; per client they keep one
 * machine from trying many, and leave room for an office or a campus behind one address.
 */
export const limits = {
  codePerAddress: { name: 'code-address', points: 5, seconds: hour },
  codePerAddressDaily: { name: 'code-address-day', points: 10, seconds: day },
  resend: { name: 'code-resend', points: 1, seconds: minute },
  codePerClient: { name: 'code-client', points: 60, seconds: hour },
  confirmPerClient: { name: 'confirm-client', points: 120, seconds: hour },
  signUpPerClient: { name: 'sign-up-client', points: 60, seconds: hour },
} satisfies Record<string, Limit>;

export type Limits = { readonly [Name in keyof typeof limits]: RateLimiter };

export function createLimits(create: (limit: Limit) => RateLimiter): Limits {
  const entries = Object.entries(limits).map(([name, limit]) => [name, create(limit)]);
  // One limiter for each entry, by the same names.
  return Object.fromEntries(entries) as Limits;
}
