import { v7 } from 'uuid';
import { z } from 'zod';

/** A new UUIDv7 (RFC 9562): ordered by time of creation, so that it is kind to a clustered index. */
export const newId = (): string => v7();

/** A UUID of any version in lower case, as the wire and the database write it. */
export const id = z.uuid().toLowerCase();
