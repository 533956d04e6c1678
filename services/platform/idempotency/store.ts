import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { IdempotencyRequest, IdempotencyStart, IdempotencyStore, StoredResponse } from '../http/index.ts';
import type { Component } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import { type AnyDatabase, createPruning, isDuplicateKey } from '../mariadb/index.ts';

export interface IdempotencyOptions {
  readonly db: AnyDatabase;
  readonly log: Logger;
  /** How long an answer is kept. @default 24 */
  readonly keepHours?: number;
  /** How long a key stays taken when the process that works on it dies; longer than any request takes. @default 60 */
  readonly leaseSeconds?: number;
}

/** The store, and the component that forgets answers past their time. */
export interface Idempotency extends IdempotencyStore, Required<Component> {}

interface KeyRow {
  readonly request_hash: string;
  readonly token: string;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
  readonly expired: number;
  readonly lease_ms: number;
}

const storedHeaders = z.record(z.string(), z.string());

/**
 * Keeps the answers to requests with an Idempotency-Key in the service's own database, so that they outlive the process
 * and are shared by its replicas. Which of two requests at once may start is decided by the primary key.
 *
 * A process that dies between the commit of its work and `finish` leaves a key that can be taken again after the lease:
 * what must not happen twice even then needs a unique key of its own.
 */
export function createIdempotency(options: IdempotencyOptions): Idempotency {
  const { db, log, keepHours = 24, leaseSeconds = 60 } = options;
  const pruning = createPruning({
    db,
    log,
    table: 'idempotency_keys',
    column: 'expires_at',
    olderThanSeconds: 0,
  });

  const leaseUntil = sql`NOW(3) + INTERVAL ${leaseSeconds} SECOND`;
  const expiresAt = sql`NOW(3) + INTERVAL ${keepHours} HOUR`;

  const insert = async ({ scope, key, requestHash }: IdempotencyRequest, token: string) => {
    try {
      await sql`
        INSERT INTO idempotency_keys (scope, key_hash, request_hash, token, lease_until, expires_at)
        VALUES (${scope}, ${key}, ${requestHash}, ${token}, ${leaseUntil}, ${expiresAt})`.execute(db.kysely);
      return true;
    } catch (error) {
      if (isDuplicateKey(error, 'PRIMARY')) return false;
      throw error;
    }
  };

  const find = async ({ scope, key }: IdempotencyRequest) => {
    const { rows } = await sql<KeyRow>`
      SELECT request_hash, token, status, headers, body, expires_at <= NOW(3) AS expired,
        TIMESTAMPDIFF(MICROSECOND, NOW(3), lease_until) / 1000 AS lease_ms
      FROM idempotency_keys WHERE scope = ${scope} AND key_hash = ${key}`.execute(db.kysely);
    return rows[0];
  };

  /** Takes the key of an expired answer, or of a process that died, unless another request was quicker. */
  const takeOver = async ({ scope, key, requestHash }: IdempotencyRequest, from: KeyRow, token: string) => {
    const { numAffectedRows } = await sql`
      UPDATE idempotency_keys
      SET request_hash = ${requestHash}, token = ${token}, lease_until = ${leaseUntil}, expires_at = ${expiresAt},
        status = NULL, headers = NULL, body = NULL
      WHERE scope = ${scope} AND key_hash = ${key} AND token = ${from.token}
        AND (expires_at <= NOW(3) OR (status IS NULL AND lease_until <= NOW(3)))`.execute(db.kysely);
    return numAffectedRows === 1n;
  };

  return {
    name: 'idempotency keys',
    start: async () => pruning.start(),
    stop: async () => pruning.stop(),

    async begin(request): Promise<IdempotencyStart> {
      const token = randomUUID();
      const started = { state: 'started', token: handleOf(request, token) } as const;
      for (;;) {
        if (await insert(request, token)) return started;
        const row = await find(request);
        // It was given back in between.
        if (!row) continue;
        if (!row.expired) {
          if (row.request_hash !== request.requestHash) return { state: 'mismatch' };
          const response = responseOf(row);
          if (response) return { state: 'done', response };
          if (row.lease_ms > 0) return { state: 'running', retryAfterSeconds: 1 };
        }
        if (await takeOver(request, row, token)) return started;
      }
    },

    async finish(handle, { status, headers, body }) {
      const { scope, key, token } = ofHandle(handle);
      const { numAffectedRows } = await sql`
        UPDATE idempotency_keys SET status = ${status}, headers = ${JSON.stringify(headers)}, body = ${body}
        WHERE scope = ${scope} AND key_hash = ${key} AND token = ${token}`.execute(db.kysely);
      if (numAffectedRows !== 1n) throw new Error('the work took longer than its lease on the idempotency key');
    },

    async abandon(handle) {
      const { scope, key, token } = ofHandle(handle);
      await sql`
        DELETE FROM idempotency_keys
        WHERE scope = ${scope} AND key_hash = ${key} AND token = ${token} AND status IS NULL`.execute(db.kysely);
    },
  };
}

function responseOf({ status, headers, body }: KeyRow): StoredResponse | undefined {
  if (status === null) return undefined;
  return { status, headers: storedHeaders.parse(JSON.parse(headers ?? '{}')), body: body ?? '' };
}

/** The handle that callers pass back names the row as well as the lease, so that no second index is needed. */
function handleOf({ scope, key }: IdempotencyRequest, token: string) {
  return JSON.stringify([scope, key, token]);
}

const handleParts = z.tuple([z.string(), z.string(), z.uuid()]);

function ofHandle(handle: string) {
  const [scope, key, token] = handleParts.parse(JSON.parse(handle));
  return { scope, key, token };
}
