import { currentTrace } from '../telemetry/index.ts';

/** The headers that tie calls to other services to the request at hand: `createClient(api, { headers: forwardTrace })`. */
export function forwardTrace(): Readonly<Record<string, string>> {
  const traceparent = currentTrace();
  return traceparent === undefined ? {} : { traceparent };
}
