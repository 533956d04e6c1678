import type { Principal } from '@ticketaka/platform/auth';
import type { Person } from '../domain/rights.ts';

/** Who asks, as the rules about rights see them. */
export function personOf({ memberId, roles }: Pick<Principal, 'memberId' | 'roles'>): Person {
  return { memberId, admin: roles.includes('admin') };
}
