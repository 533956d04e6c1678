import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export const payments: Migration = {
  async up(kysely) {
    // `captured_reservation` is the reservation only while the payment pays for it: the key makes it one of them.
    await sql`
      CREATE TABLE IF NOT EXISTS payments (
        id UUID NOT NULL PRIMARY KEY,
        reservation_id UUID NOT NULL,
        provider VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        provider_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        state ENUM('initiated', 'captured', 'declined', 'unknown', 'voided', 'refunded') NOT NULL,
        amount INT UNSIGNED NOT NULL,
        refunding INT UNSIGNED NOT NULL DEFAULT 0,
        refunded INT UNSIGNED NOT NULL DEFAULT 0,
        captured_reservation UUID NULL,
        method VARCHAR(64) NULL,
        receipt_url VARCHAR(500) NULL,
        code VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
        approved_at DATETIME(3) NULL,
        created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        updated_at DATETIME(3) NOT NULL DEFAULT NOW(3) ON UPDATE NOW(3),
        UNIQUE KEY provider_key (provider, provider_key),
        UNIQUE KEY captured_reservation (captured_reservation),
        KEY reservation (reservation_id),
        KEY order_id (order_id),
        CONSTRAINT gives_back_what_it_has CHECK (refunded <= refunding AND refunding <= amount),
        CONSTRAINT captured_for_its_own CHECK (captured_reservation IS NULL OR captured_reservation = reservation_id)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS refunds (
        id UUID NOT NULL PRIMARY KEY,
        payment_id UUID NOT NULL,
        reservation_id UUID NOT NULL,
        amount INT UNSIGNED NOT NULL,
        reason VARCHAR(100) NOT NULL,
        idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        state ENUM('waiting', 'done', 'refused') NOT NULL DEFAULT 'waiting',
        sent_at DATETIME(3) NULL,
        cancel_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
        code VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
        created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        updated_at DATETIME(3) NOT NULL DEFAULT NOW(3) ON UPDATE NOW(3),
        UNIQUE KEY idempotency_key (payment_id, idempotency_key),
        KEY reservation (reservation_id),
        CONSTRAINT gives_something CHECK (amount > 0)
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'refunds');
  },
};

/** `settled`: the payment service refused it, and somebody has given the money back in another way, as they say there. */
export const handSettlements: Migration = {
  async up(kysely) {
    await sql`
      ALTER TABLE refunds
        MODIFY state ENUM('waiting', 'done', 'refused', 'settled') NOT NULL DEFAULT 'waiting',
        ADD COLUMN IF NOT EXISTS settled_by UUID NULL,
        ADD COLUMN IF NOT EXISTS settled_how VARCHAR(500) NULL,
        ADD COLUMN IF NOT EXISTS settled_at DATETIME(3) NULL,
        ADD KEY IF NOT EXISTS state (state, id)`.execute(kysely);
  },
};
