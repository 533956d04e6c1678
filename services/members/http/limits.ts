import type { RateLimiter } from '@ticketaka/platform/rate-limit';

type Limit = { readonly name: string; readonly points: number; readonly seconds: number };

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * How often codes are sent and tried. Those per requester count for each pair of address and network, so that somebody
 * who asks for codes for another's address, or uses up their tries, does not keep the owner out. Those per address are
 * wide, and keep a mailbox from being flooded and a code from being guessed from many networks: 40 codes of 5 tries are
 * one guess in 5000 a day. Those per network keep one machine from trying many addresses, and leave room for an office
 * or a campus behind one.
 */
export const limits = {
  resend: { name: 'code-resend', points: 1, seconds: minute },
  codePerRequester: { name: 'code-requester', points: 5, seconds: hour },
  codePerRequesterDaily: { name: 'code-requester-day', points: 10, seconds: day },
  codePerAddress: { name: 'code-address', points: 20, seconds: hour },
  codePerAddressDaily: { name: 'code-address-day', points: 40, seconds: day },
  codePerNetwork: { name: 'code-network', points: 60, seconds: hour },
  confirmPerRequester: { name: 'confirm-requester', points: 15, seconds: hour },
  confirmPerNetwork: { name: 'confirm-network', points: 120, seconds: hour },
  signUpPerNetwork: { name: 'sign-up-network', points: 60, seconds: hour },
} satisfies Record<string, Limit>;

export type Limits = { readonly [Name in keyof typeof limits]: RateLimiter };

export function createLimits(create: (limit: Limit) => RateLimiter): Limits {
  const entries = Object.entries(limits).map(([name, limit]) => [name, create(limit)]);
  // One limiter for each entry, by the same names.
  return Object.fromEntries(entries) as Limits;
}
