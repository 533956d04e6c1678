import type { IncomingMessage } from 'node:http';
import { Headers } from './headers.ts';

/** What goes back to the client: made here, or streamed from an upstream. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | IncomingMessage;
  /** Why the mesh answered itself, by Envoy's response flags where there is one (UF, UH, UT, NR, …); else empty. */
  readonly flags: string;
}

/** An answer of the mesh itself. */
export function localAnswer(
  status: number,
  body: string,
  { flags, headers = {} }: { readonly flags: string; readonly headers?: Readonly<Record<string, string>> },
): Answer {
  const all = new Headers();
  if (body !== '') all.set('content-type', 'text/plain');
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return { status, headers: all, body, flags };
}

/** For a request that cannot be read; the log says why, the client is not told. */
export const badRequest = () => localAnswer(400, '', { flags: 'DPE' });

/** For a host that is not declared, as Envoy's BlackHole cluster answers under REGISTRY_ONLY. */
export const blackHole = (host: string) =>
  localAnswer(502, `the mesh knows no host ${host} for this workload\n`, {
    flags: 'BlackHole',
    headers: { 'x-mesh-refused': 'host is not in the registry' },
  });
