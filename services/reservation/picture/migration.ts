import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** `lineage`: the history of Redis that a session's picture was drawn in, undefined where Redis does not tell it. */
export const pictureLineages: Migration = {
  async up(kysely) {
    await sql`
      ALTER TABLE sessions
        ADD COLUMN IF NOT EXISTS lineage CHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL`.execute(kysely);
  },
};
