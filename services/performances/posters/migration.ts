import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/**
 * What was put into the file store, noted before it was. Due when the files are to go: those of an upload that came to
 * nothing, and of a poster that was taken down.
 */
export const posterFiles: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS poster_files (
        id UUID NOT NULL PRIMARY KEY,
        widths JSON NOT NULL
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'poster_files');
  },
};
