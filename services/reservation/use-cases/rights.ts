import type { Principal } from '@ticketaka/platform/auth';
import { problem } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';
import type { KnownSession } from '../sessions/index.ts';

/** Organisers have their own sessions, admins all. @throws Problem not_yours */
export function requireOrganizer(
  { performance }: KnownSession,
  { memberId, roles }: Pick<Principal, 'memberId' | 'roles'>,
): void {
  if (roles.includes('admin') || performance.organizerId === memberId) return;
  throw problem(errors, 'not_yours');
}
