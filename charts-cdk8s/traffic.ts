/** How long the mesh waits, and what it may try again. */

/** For reads: a second and third try cannot do anything twice. */
export const readTraffic = {
  timeout: '10s',
  retries: { attempts: 2, perTryTimeout: '3s', retryOn: 'connect-failure,refused-stream,reset' },
};

/** For everything else: never again on its own. Zero is said aloud, since the mesh retries where nothing is said. */
export const writeTraffic = { timeout: '15s', retries: { attempts: 0 } };

export const connectTimeout = '2s';

/** Headers that say who somebody is. Nobody outside the mesh may send them; no service believes them either. */
export const identityHeaders = [
  'x-forwarded-client-cert',
  'x-istio-jwt-sub',
  'x-jwt-payload',
  'x-auth-request-user',
  'x-member-id',
  'x-remote-user',
  'x-role',
  'x-roles',
  'x-user',
  'x-user-id',
];
