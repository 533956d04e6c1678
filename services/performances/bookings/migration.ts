import { createInboxTable } from '@ticketaka/platform/inbox';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export const bookings: Migration = {
  async up(kysely) {
    await createInboxTable(kysely);
    // So that what is given back is taken off the day on which it was booked. No day: it was given back first, since the
    // two kinds of messages come by queues of their own.
    await sql`
      CREATE TABLE IF NOT EXISTS counted_reservations (
        reservation_id UUID NOT NULL PRIMARY KEY,
        performance_id UUID NOT NULL,
        day DATE NULL,
        genre VARCHAR(16) CHARACTER SET ascii NULL,
        tickets INT NOT NULL,
        counted_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        KEY counted (counted_at)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS booking_counts (
        day DATE NOT NULL,
        genre VARCHAR(16) CHARACTER SET ascii NOT NULL,
        performance_id UUID NOT NULL,
        tickets INT NOT NULL,
        PRIMARY KEY (day, genre, performance_id)
      ) ENGINE = InnoDB`.execute(kysely);
  },
};
