import type { IncomingMessage } from 'node:http';
import { InvalidToken, type Principal, type TokenVerifier } from '../auth/index.ts';
import { type Access, platformErrors } from '../contract/index.ts';
import { problem } from './problem.ts';

const bearer = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i;

function unauthenticated(challenge: string, cause?: unknown) {
  return problem(platformErrors, 'unauthenticated', { headers: { 'www-authenticate': challenge }, cause });
}

export type Authenticate = (request: IncomingMessage) => Promise<Principal>;

/**
 * How a route finds out who is asking, or undefined when it need not know. Internal routes are guarded by the mesh.
 * The authenticator throws 401 without a good token (RFC 6750), 403 without the role.
 * @throws at start, when the route needs a verifier and there is none
 */
export function authenticator(access: Access, verifier: TokenVerifier | undefined): Authenticate | undefined {
  if (access.level === 'public' || access.level === 'internal') return undefined;
  if (access.level === 'partner') return () => Promise.reject(unauthenticated('ApiKey'));
  if (!verifier) throw new TypeError(`a route for ${access.level} needs a token verifier`);
  const needed = access.level === 'role' ? access.roles : undefined;
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) throw unauthenticated('Bearer');
    const token = bearer.exec(authorization)?.[1];
    if (token === undefined) throw unauthenticated('Bearer error="invalid_request"');
    const principal = await verifier.verify(token).catch((error: unknown) => {
      throw error instanceof InvalidToken ? unauthenticated('Bearer error="invalid_token"', error) : error;
    });
    if (needed && !needed.some((role) => principal.roles.includes(role))) throw problem(platformErrors, 'forbidden');
    return principal;
  };
}
