import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../log/index.ts';
import { prune } from '../mariadb/index.ts';
import { type OpenTestDatabase, openTestDatabase } from '../testing/index.ts';
import { claimOnce, createInboxTable } from './index.ts';

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
let db: OpenTestDatabase;

beforeAll(async () => {
  db = await openTestDatabase('inbox', { poolSize: 20 });
  await createInboxTable(db.kysely);
  await createInboxTable(db.kysely);
  await sql`CREATE TABLE effects (id INT AUTO_INCREMENT PRIMARY KEY)`.execute(db.kysely);
});

beforeEach(async () => {
  await sql`DELETE FROM inbox`.execute(db.kysely);
  await sql`DELETE FROM effects`.execute(db.kysely);
});

afterAll(() => db[Symbol.asyncDispose]());

const effects = async () => {
  const { rows } = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM effects`.execute(db.kysely);
  return rows[0]?.n;
};

/** One delivery: the effect happens if the claim says so. */
const deliver = (claim: typeof claimOnce, messageId = 'message') =>
  db.transaction(async (trx) => {
    if (!(await claim(trx, 'consumer', messageId))) return false;
    await sql`INSERT INTO effects VALUES ()`.execute(trx);
    return true;
  });

/** What one would write without the key. */
const look: typeof claimOnce = async (trx, consumer, messageId) => {
  const { rows } = await sql`
    SELECT 1 FROM inbox WHERE consumer = ${consumer} AND message_id = ${messageId}`.execute(trx);
  await sql`SELECT SLEEP(0.05)`.execute(trx);
  await sql`INSERT IGNORE INTO inbox (consumer, message_id) VALUES (${consumer}, ${messageId})`.execute(trx);
  return rows.length === 0;
};

describe('claimOnce', () => {
  it('lets one of many deliveries at once have the effect', async () => {
    const claims = await Promise.all(Array.from({ length: 40 }, () => deliver(claimOnce)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await effects()).toBe(1);
  });

  it('is what prevents the others: a look before the insert does not', async () => {
    await Promise.all(Array.from({ length: 10 }, () => deliver(look)));
    expect(await effects()).toBeGreaterThan(1);
  });

  it('lets a message come again whose effect was rolled back', async () => {
    const failed = db.transaction(async (trx) => {
      await claimOnce(trx, 'consumer', 'message');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await deliver(claimOnce)).toBe(true);
    expect(await deliver(claimOnce)).toBe(false);
  });

  it('keeps the transaction usable when the message was seen', async () => {
    await deliver(claimOnce);
    await db.transaction(async (trx) => {
      expect(await claimOnce(trx, 'consumer', 'message')).toBe(false);
      await sql`INSERT INTO effects VALUES ()`.execute(trx);
    });
    expect(await effects()).toBe(2);
  });

  it('keeps consumers and messages apart', async () => {
    await db.transaction(async (trx) => {
      expect(await claimOnce(trx, 'one', 'a')).toBe(true);
      expect(await claimOnce(trx, 'two', 'a')).toBe(true);
      expect(await claimOnce(trx, 'one', 'A')).toBe(true);
      expect(await claimOnce(trx, 'one', 'a')).toBe(false);
    });
  });
});

it('forgets what is old and remembers the rest', async () => {
  await deliver(claimOnce, 'old');
  await sql`UPDATE inbox SET received_at = NOW(3) - INTERVAL 31 DAY`.execute(db.kysely);
  await deliver(claimOnce, 'new');
  await prune({ db, log, table: 'inbox', column: 'received_at', olderThanSeconds: 30 * 86_400 });
  expect(await deliver(claimOnce, 'new')).toBe(false);
  expect(await deliver(claimOnce, 'old')).toBe(true);
});
