/** Who asks. */
export interface Person {
  readonly memberId: string;
  readonly admin: boolean;
}

/** A performance and its sessions are seen and changed by whoever organises it. What was collected is the admins'. */
export function mayManage({ memberId, admin }: Person, { organizerId }: { readonly organizerId: string | null }) {
  return admin || organizerId === memberId;
}

/** A venue is there for all to read and for whoever made it to change. What was collected is the admins'. */
export function mayChangeVenue({ memberId, admin }: Person, creatorId: string | null): boolean {
  return admin || creatorId === memberId;
}

/**
 * Halls and seat maps are added by whoever made what they are in; any organiser may add them where nobody did, since a
 * collected venue comes without.
 * @param creatorIds from the outermost to the innermost: of the venue, of the hall
 */
export function mayAddTo(person: Person, creatorIds: readonly (string | null)[]): boolean {
  const innermost = creatorIds.at(-1) ?? null;
  return innermost === null || creatorIds.some((creatorId) => mayChangeVenue(person, creatorId));
}
