import type { Cookie } from '@ticketaka/platform/http';
import { refreshCookieName } from '../schemas.ts';
import type { IssuedTokens } from '../use-cases/issue-tokens.ts';

export interface CookieSettings {
  /** Only over TLS. Off on a laptop alone, where the gateway speaks plain HTTP. */
  readonly secure: boolean;
}

/** Only auth's own paths ever get it, and no script can read it. */
export function refreshCookie(value: string, maxAge: number, { secure }: CookieSettings): Cookie {
  return { name: refreshCookieName, value, maxAge, path: '/api/auth', httpOnly: true, sameSite: 'strict', secure };
}

/** RFC 6749 section 5.1: tokens are never cached. */
export const notStored = { 'cache-control': 'no-store' };

export function tokenResult(issued: IssuedTokens, settings: CookieSettings) {
  return {
    status: 200 as const,
    headers: notStored,
    body: { accessToken: issued.accessToken, tokenType: 'Bearer' as const, expiresIn: issued.expiresIn },
    cookies: [refreshCookie(issued.refreshToken, issued.refreshExpiresIn, settings)],
  };
}
