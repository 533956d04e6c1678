/** How long the mesh waits, and what it may try again. */

/** For reads: a second and third try cannot do anything twice. */
export const readTraffic = {
  timeout: '10s',
  retries: { attempts: 2, perTryTimeout: '3s', retryOn: 'connect-failure,refused-stream,reset' },
};

/**
 * For everything else: never again on its own. Zero is said aloud, since the mesh retries where nothing is said. Longer
 * than the 15 s that a payment service is given: after these the service itself says that it does not know yet.
 */
export const writeTraffic = { timeout: '20s', retries: { attempts: 0 } };

/**
 * For event streams, which last for as long as somebody reads them, up to a day: whoever reads connects again himself, with
 * the id of the last event. Comments keep them within Envoy's limit for silence. (`0s`, which is no limit to Envoy, the
 * API server refuses.)
 */
export const streamTraffic = { timeout: '86400s', retries: { attempts: 0 } };

export const connectTimeout = '2s';

/** Headers that the gateway takes off every request from outside. */
export const strippedHeaders = [
  // Who somebody is, as proxies and frameworks say it. No service believes these either.
  'x-auth-request-user',
  'x-forwarded-client-cert',
  'x-istio-jwt-sub',
  'x-jwt-payload',
  'x-member-id',
  'x-remote-user',
  'x-role',
  'x-roles',
  'x-user',
  'x-user-id',
  // Envoy takes orders by these: a client could have its own POST sent again.
  'x-envoy-max-retries',
  'x-envoy-retry-on',
  'x-envoy-upstream-rq-timeout-ms',
];
