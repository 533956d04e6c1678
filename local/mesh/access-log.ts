/**
 * One line of JSON for each request. No query, no address, no header and no body is in it: the path without its query is
 * all that a client wrote.
 */
export interface AccessLogEntry {
  readonly listener: string;
  readonly startedAt: number;
  method: string;
  path: string;
  /** As the manifests name it. */
  host: string;
  route?: string;
  callee?: string;
  /** The policy that let the request in or not, of whoever was asked last. */
  policy?: string;
  requestId?: string;
}

/** Lines are written together, once in a turn of the event loop. */
export class AccessLog {
  readonly #write: (text: string) => void;
  #pending = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  request({ startedAt, ...entry }: AccessLogEntry, end: { status: number; flags: string; now: number }): void {
    this.#line({
      level: 'info',
      message: 'request',
      ...entry,
      status: end.status,
      flags: end.flags,
      ms: end.now - startedAt,
    });
  }

  event(level: 'info' | 'warn' | 'error', message: string, details: Readonly<Record<string, unknown>> = {}): void {
    this.#line({ level, message, ...details });
  }

  flush(): void {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') this.#write(text);
  }

  #line(fields: Readonly<Record<string, unknown>>) {
    if (this.#pending === '') setImmediate(() => this.flush());
    this.#pending += `${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`;
  }
}
