import { inLocale, type Locale } from './locale.ts';
import type { PreparedBody } from './prepared.ts';
import type { Problem } from './problem.ts';
import type { Cookie } from './types.ts';

/** An answer ready to be sent. */
export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly cookies?: readonly Cookie[];
  /** Where the body came from, if it was ready before the request. */
  readonly prepared?: PreparedBody;
}

/** RFC 9457. `type` and `instance` are relative and opaque on purpose: the stable thing is `code`. */
export function renderProblem(problem: Problem, locale: Locale, requestId: string): Rendered {
  const headers: Record<string, string> = { ...problem.headers, 'content-type': 'application/problem+json' };
  // RFC 9110 15.5.2: a 401 says how to authenticate, also one from a service's own table.
  if (problem.status === 401) headers['www-authenticate'] ??= 'Bearer';
  if (problem.retryAfterSeconds !== undefined) headers['retry-after'] = String(problem.retryAfterSeconds);
  const members: Record<string, unknown> = {
    type: `/problems/${problem.code}`,
    title: inLocale(problem.title, locale),
    status: problem.status,
    code: problem.code,
    detail: problem.detail && inLocale(problem.detail, locale),
    instance: `urn:ticketaka:request:${requestId}`,
  };
  // Extensions stand last, and cannot replace what the RFC defines.
  for (const [name, value] of Object.entries(problem.extensions)) members[name] ??= value;
  return { status: problem.status, headers, body: JSON.stringify(members) };
}
