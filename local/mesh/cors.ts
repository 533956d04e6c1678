import type { Headers } from './headers.ts';
import type { MeshRequest } from './request.ts';
import { compileStringMatch } from './string-match.ts';
import type { CorsPolicySpec } from './supported-networking.ts';

export interface CorsPolicy {
  /** Headers of the 200 to a preflight; undefined when the request is none, or its origin is not allowed. */
  preflight(request: MeshRequest): Readonly<Record<string, string>> | undefined;
  /** Adds what an answer to an allowed origin needs. */
  decorate(request: MeshRequest, response: Headers): void;
}

export function compileCors(spec: CorsPolicySpec): CorsPolicy {
  const origins = spec.allowOrigins.map((origin) => compileStringMatch(origin));
  const allowedOrigin = (request: MeshRequest) => {
    const origin = request.headers.get('origin');
    return origin !== undefined && origins.some((matches) => matches(origin)) ? origin : undefined;
  };
  const common = (origin: string) => ({
    'access-control-allow-origin': origin,
    ...(spec.allowCredentials && { 'access-control-allow-credentials': 'true' }),
  });
  return {
    preflight(request) {
      const origin = allowedOrigin(request);
      if (origin === undefined || !isPreflight(request)) return undefined;
      return {
        ...common(origin),
        ...list('access-control-allow-methods', spec.allowMethods),
        ...list('access-control-allow-headers', spec.allowHeaders),
        ...(spec.maxAge !== undefined && { 'access-control-max-age': String(Math.floor(spec.maxAge / 1000)) }),
      };
    },
    decorate(request, response) {
      const origin = allowedOrigin(request);
      if (origin === undefined) return;
      const headers = { ...common(origin), ...list('access-control-expose-headers', spec.exposeHeaders) };
      for (const [name, value] of Object.entries(headers)) response.set(name, value);
    },
  };
}

function list(name: string, values: readonly string[] | undefined): Readonly<Record<string, string>> {
  return values ? { [name]: values.join(',') } : {};
}

/** Also asked by authentication: a preflight carries no token. */
export function isPreflight(request: MeshRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.has('origin') &&
    request.headers.has('access-control-request-method')
  );
}
