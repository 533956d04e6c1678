import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { type OpenTestDatabase, openTestDatabase } from '@ticketaka/platform/testing';
import { migrations } from '../migrations/index.ts';
import type { Schema } from '../store/schema.ts';
import { Neighbours } from '../test/shows.ts';
import { Buyers, buyersOf } from './buyers.ts';

let db: OpenTestDatabase<Schema>;
beforeAll(async () => {
  db = await openTestDatabase<Schema>('reservation', { migrations });
}, 60_000);
afterAll(() => db[Symbol.asyncDispose]());

const personal = async (memberId: string) =>
  JSON.stringify(await db.query('SELECT name, email, birth_date FROM buyers WHERE member_id = ?', [memberId]));

it('a buyer who left stays forgotten, also when somebody was asking who they are just then', async () => {
  const neighbours = new Neighbours();
  const memberId = newId();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const slow = {
    getPerson: async (call: Parameters<typeof neighbours.getPerson>[0]) => {
      const person = await neighbours.getPerson(call);
      asked.resolve();
      await answer.promise;
      return person;
    },
  };
  const before = new Buyers({ db, members: neighbours });
  expect(await before.get(memberId)).toMatchObject({ memberId, name: '김지우' });
  expect(await personal(memberId)).toContain('김지우');

  const asking = new Buyers({ db, members: slow }).get(memberId);
  await asked.promise;
  await before.erase(memberId);
  answer.resolve();
  expect(await asking).toBeUndefined();
  expect(await buyersOf(db.kysely, [memberId])).toEqual([]);
  expect(await personal(memberId)).not.toMatch(/김지우|@/);
});
