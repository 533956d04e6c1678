import { platformErrors } from '@ticketaka/platform/contract';
import { problem } from '@ticketaka/platform/http';
import type { z } from 'zod';

/** Where a page ended, as a client carries it to the next one. */
export function writeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads what {@link writeCursor} wrote.
 * @throws Problem invalid_request when it is anything else
 */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const result = schema.safeParse(parsed(cursor));
  if (result.success) return result.data;
  const fault = { in: 'query', path: 'cursor', message: 'is not one that was given' };
  throw problem(platformErrors, 'invalid_request', { extensions: { errors: [fault] } });
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    // Not a cursor of ours, which no schema takes.
    return undefined;
  }
}

/** Splits what was read with one more than was asked for: a page, and where the next one begins if there is one. */
export function pageOf<Row>(rows: readonly Row[], limit: number, positionOf: (last: Row) => unknown) {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, ...(rows.length > limit && last !== undefined && { next: writeCursor(positionOf(last)) }) };
}
