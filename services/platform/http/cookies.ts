import type { CookieOptions } from 'express';
import type { Cookie } from './types.ts';

/** RFC 6265 5.4, read as browsers write it. The first of two cookies with one name is the more specific one. */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    if (name in cookies) continue;
    const value = pair.slice(equals + 1).trim();
    cookies[name] = decode(value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);
  }
  return cookies;
}

function decode(value: string) {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    // Another application on the host may set cookies that are not percent-encoded: take it as it is written.
    return value;
  }
}

/** Not readable by scripts, never sent by other sites, only over TLS, only to the API that set it. */
export function cookieOptions(cookie: Cookie, base: string): CookieOptions {
  const { maxAge, path = base || '/', httpOnly = true, secure = true, sameSite = 'strict' } = cookie;
  // Express counts in milliseconds.
  return { path, httpOnly, secure, sameSite, ...(maxAge !== undefined && { maxAge: maxAge * 1000 }) };
}
