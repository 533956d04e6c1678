import { sql } from 'kysely';
import { type Executor, isDuplicateKey } from '../mariadb/index.ts';

/** For the service's first migration. */
export async function createInboxTable(kysely: Executor): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS inbox (
      consumer VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      message_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      received_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      PRIMARY KEY (consumer, message_id),
      KEY received (received_at)
    ) ENGINE = InnoDB`.execute(kysely);
}

/**
 * Says whether this is the first time that the consumer sees the message. Call it first in the transaction that has
 * the message's effect: then the effect happens once, however often the broker delivers. While another delivery of the
 * same message is being worked on, this one waits for its outcome.
 * @param consumer who must do it once, usually the queue's name
 * @returns false when it is done already, and the message is only to be acknowledged
 */
export async function claimOnce(trx: Executor, consumer: string, messageId: string): Promise<boolean> {
  try {
    await sql`INSERT INTO inbox (consumer, message_id) VALUES (${consumer}, ${messageId})`.execute(trx);
    return true;
  } catch (error) {
    // The failed statement alone is undone: the transaction goes on.
    if (isDuplicateKey(error, 'PRIMARY')) return false;
    throw error;
  }
}
