import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const storage = new AsyncLocalStorage<string>();

/** W3C Trace Context, version 00; all-zero ids are invalid. */
const valid = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The `traceparent` of the work at hand, to be passed on over HTTP and AMQP. */
export function currentTrace(): string | undefined {
  return storage.getStore();
}

/** A new, unsampled `traceparent`. Sampling is the mesh's decision. */
export function newTrace(): string {
  // Node keeps random bytes ready for UUIDs alone, and a trace may start with every request: ten times cheaper than
  // randomBytes. 122 random bits; the 17th digit is never 0, so that neither id is all zeros.
  const trace = randomUUID().replaceAll('-', '');
  return `00-${trace}-${trace.slice(16)}-00`;
}

/** Runs the function with this `traceparent`, or with a new one where it is missing or malformed. */
export function withTrace<T>(traceparent: string | undefined, run: () => T): T {
  return storage.run(traceparent !== undefined && valid.test(traceparent) ? traceparent : newTrace(), run);
}
