import type { MemberRow } from '../store/members.ts';

/** A member as the API shows it. */
export function represent({ createdAt, ...member }: MemberRow) {
  return { ...member, createdAt: createdAt.toISOString() };
}
