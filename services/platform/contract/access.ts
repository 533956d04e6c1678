/**
 * Who may call a route. There is no default: a route without access does not compile.
 * Imported as a namespace, so that declarations read `access.public()`, `access.role('staff')`.
 */

export const roles = ['organizer', 'staff', 'admin'] as const;
export type Role = (typeof roles)[number];

export type Access =
  | { readonly level: 'public' }
  | { readonly level: 'member' }
  | { readonly level: 'role'; readonly roles: readonly [Role, ...Role[]] }
  | { readonly level: 'internal' }
  | { readonly level: 'partner' };

const publicAccess = () => ({ level: 'public' }) as const;

export { publicAccess as public };

/** Any signed-in person. */
export const member = () => ({ level: 'member' }) as const;

/** A signed-in person who holds at least one of the roles. Roles imply nothing: an admin is not staff. */
export const role = (...any: [Role, ...Role[]]) => ({ level: 'role', roles: any }) as const;

/** Only services that declare the call. The gateway has no route to it. */
export const internal = () => ({ level: 'internal' }) as const;

/** A client of the messaging API, by API key. */
export const partner = () => ({ level: 'partner' }) as const;
