import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** Fifty tickets with long names are more than the 64 KiB of TEXT. */
export const largerRequests: Migration = {
  async up(kysely) {
    for (const table of ['email_auth', 'email_realtime'])
      await sql`ALTER TABLE ${sql.table(table)} MODIFY request MEDIUMTEXT NULL`.execute(kysely);
  },
};
