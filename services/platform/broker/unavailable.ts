/** Node's and the drivers' codes for a server that cannot be reached, or went away. */
const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * Whether an error says that something this process stands on is away, so that the same work can succeed later.
 * Knows `unavailable: true` of the platform's own errors, system errors, and SQLSTATE class 08 (connection exception);
 * looks through causes.
 */
export function isUnavailable(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const { unavailable, code, sqlState } = at as { unavailable?: unknown; code?: unknown; sqlState?: unknown };
    if (unavailable === true) return true;
    if (typeof code === 'string' && codes.has(code)) return true;
    if (typeof sqlState === 'string' && sqlState.startsWith('08')) return true;
  }
  return false;
}
