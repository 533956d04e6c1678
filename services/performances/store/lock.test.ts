import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenTestDatabase, openTestDatabase } from '@ticketaka/platform/testing';
import { migrations } from '../migrations/index.ts';
import { insertPerformance, insertSession, insertVenue } from '../test/rows.ts';
import { hold } from './lock.ts';
import type { Db, Schema } from './schema.ts';
import { playsIn } from './sessions.ts';

let db: OpenTestDatabase<Schema>;

beforeAll(async () => {
  db = await openTestDatabase<Schema>('performances', { migrations });
}, 60_000);

afterAll(() => db[Symbol.asyncDispose]());

const around = { after: new Date('2027-01-01T09:00:00Z'), before: new Date('2027-01-01T11:00:00Z') };

type Look = (trx: Db, hallId: string) => Promise<unknown[]>;

/** Two transactions that each look what is in a hall, and take it when there is nothing. Says how many took it. */
async function takers(look: Look): Promise<number> {
  const { venueId, hallId } = await insertVenue(db.kysely);
  const performanceId = await insertPerformance(db.kysely, venueId);
  const session = { performanceId, hallId, at: '2027-01-01T10:00:00Z', price: 1000 };
  const take = () =>
    db.transaction(async (trx) => {
      if ((await look(trx, hallId)).length === 0) await insertSession(trx, session);
    });
  await Promise.all([take(), take()]);
  return (await playsIn(db.kysely, hallId, around)).length;
}

/** Resolves for both when both have come. */
function meeting(): () => Promise<void> {
  const bothHere = Promise.withResolvers<void>();
  let here = 0;
  return () => {
    here += 1;
    if (here === 2) bothHere.resolve();
    return bothHere.promise;
  };
}

describe('a hall that is held', () => {
  it('is taken by one of two', async () => {
    const meet = meeting();
    const holdAndLook: Look = async (trx, hallId) => {
      await meet();
      await hold(trx, 'halls', hallId);
      return playsIn(trx, hallId, around);
    };
    expect(await takers(holdAndLook)).toBe(1);
  });

  it('would be taken by both if nobody held it', async () => {
    const meet = meeting();
    const lookOnly: Look = async (trx, hallId) => {
      const plays = await playsIn(trx, hallId, around);
      await meet();
      return plays;
    };
    expect(await takers(lookOnly)).toBe(2);
  });
});
