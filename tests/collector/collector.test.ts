import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestBroker, type TestBroker, waitFor } from '@ticketaka/platform/testing';
import { worldOn } from '../../local/kopis/world.ts';
import { PerformanceDocument } from '../../services/performances/schemas/feed.ts';
import { service } from '../../services/performances/service.ts';
import { documentOf } from '../../services/performances/store/documents.ts';
import { contentOf } from './catalogue-content.ts';
import { around, TestCollector, TestKopis } from './collector-fixture.ts';

let rabbit: TestBroker;
beforeAll(async () => {
  rabbit = await createTestBroker([service]);
}, 120_000);
afterAll(() => rabbit[Symbol.asyncDispose]());

describe('the collector', () => {
  it('fills an empty catalogue, and writes nothing when it reads the same again', async () => {
    await using kopis = await TestKopis.start();
    await using collector = await TestCollector.open(kopis, rabbit);
    await collector.start();
    const first = await collector.nextRun();
    expect(first).toMatchObject({ state: 'finished', error: null, step: 'done' });
    expect(await collector.count('venues')).toBe(40);
    expect(await collector.count('performances')).toBeGreaterThan(40);
    expect(await collector.count('sessions')).toBeGreaterThan(500);
    expect(await collector.count('rankings')).toBeGreaterThan(50);
    expect(await collector.count('outbox')).toBe(await collector.count('performances'));
    const any = await collector.db.kysely.selectFrom('performances').select('id').limit(1).executeTakeFirstOrThrow();
    const document = await documentOf(collector.db.kysely, any.id);
    expect(PerformanceDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({ source: 'kopis', version: 1 });

    const before = await collector.fingerprint();
    const second = await collector.run();
    expect(second).toMatchObject({ state: 'finished', created_count: 0, updated_count: 0 });
    expect(second.unchanged_count).toBeGreaterThan(80);
    expect(await collector.fingerprint()).toBe(before);
  }, 120_000);

  it('ends in the state of a fresh run over the last data, whatever it has seen before', async () => {
    await using kopis = await TestKopis.start();
    await using old = await TestCollector.open(kopis, rabbit);
    await old.start();
    await old.nextRun();
    for (const day of [1, 3, 5]) {
      await kopis.moveTo(day);
      expect(await old.run()).toMatchObject({ state: 'finished' });
    }
    await using fresh = await TestCollector.open(kopis, rabbit);
    await fresh.start();
    expect(await fresh.nextRun()).toMatchObject({ state: 'finished' });

    const [grown, made] = [await contentOf(old), await contentOf(fresh)];
    for (const table of ['venues', 'holidays', 'rankings', 'rejects'])
      expect([table, grown[table]]).toEqual([table, made[table]]);
    for (const table of ['performances', 'sessions']) {
      const shared = new Map([...(made[table] ?? [])].map(([id]) => [id, grown[table]?.get(id)]));
      expect([table, shared]).toEqual([table, made[table]]);
    }
    // What the first one has besides is over, or left the lists: called off only where the source says so.
    const world = worldOn({ around, count: 90, day: 5, seed: 'two' });
    const more = [...(grown['performances'] ?? [])].filter(([id]) => !made['performances']?.has(id));
    expect(more.length).toBeGreaterThan(0);
    for (const [id, row] of more) {
      const record = world.performances.get(id) ?? world.unlisted.get(id);
      const held = (JSON.parse(row) as { held: number }).held === 1;
      if (!record || !record.cancelled) expect([id, held]).toEqual([id, true]);
    }
    const calledOff = [...world.unlisted.keys()].filter((id) => grown['performances']?.has(id));
    expect(calledOff.length).toBeGreaterThan(0);
    const states = await old.db.kysely
      .selectFrom('performances')
      .select(['source_id', 'end_date'])
      .where('source_id', 'in', calledOff)
      .where('cancelled_at', 'is not', null)
      .execute();
    expect(states.length).toBeGreaterThan(0);
    const sessionsOf = [...(grown['sessions'] ?? [])].filter(([id]) =>
      states.some((one) => id.startsWith(`${one.source_id} `)),
    );
    expect(sessionsOf.every(([, row]) => (JSON.parse(row) as { held: number }).held === 0)).toBe(true);
  }, 240_000);

  it('lists what it could not read, takes corrections, and reads single records again', async () => {
    await using kopis = await TestKopis.start();
    await using collector = await TestCollector.open(kopis, rabbit);
    const { kysely } = collector.db;
    await collector.start();
    const run = await collector.nextRun();
    expect(run).toMatchObject({ state: 'finished' });
    const rejects = async () =>
      Object.fromEntries(
        (await kysely.selectFrom('collector_rejects').selectAll().execute()).map((one) => [
          `${one.source_id} ${one.field}`,
          one,
        ]),
      );
    const first = await rejects();
    expect(Object.fromEntries(Object.entries(first).map(([key, { reason }]) => [key, reason]))).toMatchObject({
      'PF900001 dtguidance': 'the schedule is blank',
      'PF900002 dtguidance': expect.stringContaining('not a weekday'),
      'PF900003 pcseguidance': expect.stringContaining('no amount in won'),
      'PF900004 mt10id': 'no such venue was collected',
      'PF900005 record': expect.any(String),
      'PF900006 genrenm': expect.stringContaining('not a genre'),
      'PF900007 prfpdto': 'ends before it starts',
      'PF900008 prfage': expect.stringContaining('not an age'),
    });
    expect(run.rejected_count).toBe(7);
    const collected = async (id: string) =>
      await kysely.selectFrom('performances').selectAll().where('source_id', '=', id).executeTakeFirst();
    expect(await collected('PF900002')).toBeUndefined();
    expect(await collected('PF900008')).toBeDefined();
    expect(await collected('PF900010')).toBeDefined();

    // A second run brings the rejects up to date, and adds none.
    await collector.run();
    expect(Object.keys(await rejects())).toEqual(Object.keys(first));

    const set = (key: string, change: { state: 'corrected' | 'ignored'; correction: string | null }) =>
      kysely
        .updateTable('collector_rejects')
        .set(change)
        .where('id', '=', first[key]?.id ?? '')
        .execute();
    await set('PF900001 dtguidance', { state: 'corrected', correction: '토요일(15:00)' });
    await set('PF900002 dtguidance', { state: 'corrected', correction: '가끔(15:00)' });
    await set('PF900006 genrenm', { state: 'ignored', correction: null });
    await collector.run();
    const second = await rejects();
    expect(second['PF900001 dtguidance']).toMatchObject({ state: 'resolved', correction: '토요일(15:00)' });
    expect(await collected('PF900001')).toMatchObject({ schedule_text: '토요일(15:00)' });
    expect(second['PF900002 dtguidance']).toMatchObject({
      state: 'open',
      reason: expect.stringContaining('the correction: not a weekday'),
    });
    expect(second['PF900006 genrenm']).toMatchObject({ state: 'ignored' });
    // The correction goes on to hold for the record, run after run.
    expect(await collector.run()).toMatchObject({ updated_count: 0, created_count: 0 });

    await set('PF900003 pcseguidance', { state: 'corrected', correction: 'R석 40,000원' });
    await kysely
      .insertInto('collector_jobs')
      .values({ kind: 'retry', reject_id: first['PF900003 pcseguidance']?.id ?? '', due_at: new Date(0) })
      .execute();
    await waitFor(async () => (await rejects())['PF900003 pcseguidance']?.state === 'resolved');
    expect(await collected('PF900003')).toBeDefined();
  }, 240_000);
});
