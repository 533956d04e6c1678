import { addDueColumns } from '@ticketaka/platform/due-work';
import { createInboxTable } from '@ticketaka/platform/inbox';
import type { Migration } from '@ticketaka/platform/mariadb';
import { type Kysely, sql } from 'kysely';

export const email: Migration = { up };

async function up(kysely: Kysely<unknown>) {
  await createInboxTable(kysely);
  for (const table of ['email_auth', 'email_realtime']) await createEmailTable(kysely, table);
}

async function createEmailTable(kysely: Kysely<unknown>, table: string) {
  await sql`
    CREATE TABLE IF NOT EXISTS ${sql.table(table)} (
      id UUID NOT NULL PRIMARY KEY,
      template VARCHAR(64) CHARACTER SET ascii NOT NULL,
      locale CHAR(2) CHARACTER SET ascii NOT NULL,
      state VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'waiting',
      request TEXT NULL,
      valid_until DATETIME(3) NULL,
      reason VARCHAR(255) NULL,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      ended_at DATETIME(3) NULL,
      KEY ended (ended_at)
    ) ENGINE = InnoDB`.execute(kysely);
  await addDueColumns(kysely, table);
}
