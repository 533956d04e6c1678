import type { Handlers } from '@ticketaka/platform/http';
import { publicJwks } from '@ticketaka/platform/keys';
import type { api } from '../api.ts';
import type { KeyFile } from '../crypto/key-file.ts';
import { refreshCookieName } from '../schemas.ts';
import type { AuthParts } from '../use-cases/auth-parts.ts';
import { refresh } from '../use-cases/refresh.ts';
import { endSession, listSessions, signOut } from '../use-cases/sessions.ts';
import { signIn } from '../use-cases/sign-in.ts';
import { type CookieSettings, notStored, refreshCookie, tokenResult } from './tokens.ts';

type PublicHandlers = Pick<
  Handlers<typeof api>,
  'login' | 'refresh' | 'logout' | 'listSessions' | 'endSession' | 'jwks'
>;

/** Half of what a published key is given before it signs (`propagationSeconds`), so that a cache is never behind. */
const jwksMaxAgeSeconds = 60;

export interface PublicParts {
  readonly parts: AuthParts;
  readonly keys: KeyFile;
  readonly cookies: CookieSettings;
}

export function publicHandlers({ parts, keys, cookies: settings }: PublicParts): PublicHandlers {
  return {
    async login({ body, clientAddress: address, headers }) {
      return tokenResult(await signIn(parts, { ...body, address, userAgent: headers['user-agent'] }), settings);
    },
    async refresh({ cookies, clientAddress: address }) {
      return tokenResult(await refresh(parts, { refreshToken: cookies[refreshCookieName], address }), settings);
    },
    async logout({ cookies }) {
      await signOut(parts, cookies[refreshCookieName]);
      return { status: 204, headers: notStored, cookies: [refreshCookie('', 0, settings)] };
    },
    async listSessions({ principal }) {
      return { status: 200, body: { sessions: await listSessions(parts, principal) } };
    },
    async endSession({ principal, params }) {
      await endSession(parts, principal, params.sessionId);
      return { status: 204 };
    },
    async jwks() {
      const { keys: published } = publicJwks(await keys.current());
      const headers = { 'cache-control': `public, max-age=${jwksMaxAgeSeconds}` };
      return { status: 200, headers, body: { keys: [...published] } };
    },
  };
}
