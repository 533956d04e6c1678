import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';

/** A new UUIDv7 (RFC 9562): ordered by the millisecond of its creation, so that it is kind to a clustered index. */
export const newId = (): string => randomUUIDv7();

/** A UUID of any version in lower case, as the wire and the database write it. */
export const id = z.uuid().toLowerCase();
