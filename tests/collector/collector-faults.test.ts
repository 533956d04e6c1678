import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestBroker, type TestBroker, waitFor } from '@ticketaka/platform/testing';
import { putHolidays } from '../../services/performances/collector/store/holidays.ts';
import { holdLease, LeaseLost, takeLease } from '../../services/performances/collector/store/lease.ts';
import { enterRun } from '../../services/performances/collector/store/runs.ts';
import { service } from '../../services/performances/service.ts';
import { contentOf } from './catalogue-content.ts';
import { TestCollector, TestKopis } from './collector-fixture.ts';

let rabbit: TestBroker;
beforeAll(async () => {
  rabbit = await createTestBroker([service]);
}, 120_000);
afterAll(() => rabbit[Symbol.asyncDispose]());

const detail = '/openApi/restful/pblprfr/';

describe('a source that is unwell', () => {
  it('is read to the end, slow, with errors, limits and broken documents', async () => {
    await using kopis = await TestKopis.start({ count: 60 });
    await kopis.fault({ do: 'status', status: 503, times: 2 });
    await kopis.fault({ path: detail, do: 'status', status: 429, retryAfter: 1, times: 2 });
    await kopis.fault({ path: detail, do: 'slow', delayMs: 300, times: 5 });
    await kopis.fault({ path: `${detail}PF00003`, do: 'hang', times: 1 });
    await kopis.fault({ path: '/openApi/restful/prfplc', do: 'broken', times: 2 });
    await using collector = await TestCollector.open(kopis, rabbit);
    await collector.start();
    const run = await collector.nextRun();
    expect(run).toMatchObject({ state: 'finished' });

    await using well = await TestKopis.start({ count: 60 });
    await using other = await TestCollector.open(well, rabbit);
    await other.start();
    await other.nextRun();
    expect(await contentOf(collector)).toEqual(await contentOf(other));
  }, 240_000);

  it('costs one reject for each record that it never answers for, and the run when it answers for none', async () => {
    await using kopis = await TestKopis.start({ count: 40 });
    await using collector = await TestCollector.open(kopis, rabbit);
    const [id] = await idsOf(kopis);
    await kopis.fault({ path: `${detail}${id}`, do: 'status', status: 500, times: 1000 });
    await collector.start();
    expect(await collector.nextRun()).toMatchObject({ state: 'finished' });
    const reject = () =>
      collector.db.kysely
        .selectFrom('collector_rejects')
        .selectAll()
        .where('source_id', '=', id ?? '')
        .execute();
    expect(await reject()).toMatchObject([{ field: 'record', reason: 'kopis: status 500', state: 'open' }]);

    await kopis.forgetFaults();
    await kopis.fault({ path: detail, do: 'status', status: 500, times: 100_000 });
    const failed = await collector.run();
    expect(failed).toMatchObject({ state: 'failed', step: 'performances' });
    expect(failed.error).toMatch(/without an answer/u);
    // It will be tried again, from there.
    const jobs = await collector.db.kysely.selectFrom('collector_jobs').selectAll().where('kind', '=', 'run').execute();
    expect(jobs.filter(({ due_at }) => due_at !== null)).toHaveLength(1);

    await kopis.forgetFaults();
  }, 240_000);
});

describe('a run', () => {
  it('that is stopped is abandoned, and another goes on with it from its step', async () => {
    await using kopis = await TestKopis.start({ count: 80 });
    await kopis.fault({ path: detail, do: 'slow', delayMs: 100, times: 1000 });
    await using collector = await TestCollector.open(kopis, rabbit);
    await collector.start();
    await waitFor(async () => (await collector.count('performances')) > 20, { timeoutMs: 60_000 });
    await collector.stop();
    await kopis.forgetFaults();
    const asked = await kopis.asked();
    const venueReads = venueDetails(asked);

    await using next = await TestCollector.open(kopis, rabbit, collector.database);
    await next.start();
    expect(await next.nextRun()).toMatchObject({ state: 'finished' });
    const runs = await next.db.kysely.selectFrom('collector_runs').select('state').orderBy('id').execute();
    expect(runs.map(({ state }) => state)).toEqual(['abandoned', 'finished']);
    expect(venueDetails(await kopis.asked())).toBe(venueReads);

    await using fresh = await TestCollector.open(kopis, rabbit);
    await fresh.start();
    await fresh.nextRun();
    expect(await contentOf(next)).toEqual(await contentOf(fresh));
  }, 240_000);

  it('whose process died counts as abandoned once its lease is over, and is resumed', async () => {
    await using kopis = await TestKopis.start({ count: 40 });
    await using collector = await TestCollector.open(kopis, rabbit);
    const { kysely } = collector.db;
    // What a process leaves behind that was killed while it read performances.
    const dead = await enterRun(kysely);
    await kysely.deleteFrom('collector_jobs').execute();
    await takeLease(kysely, dead ?? '');
    const began = new Date(Date.now() - 60_000);
    await kysely
      .updateTable('collector_runs')
      .set({ step: 'rankings', position: null, started_at: began })
      .where('id', '=', dead ?? '')
      .execute();
    await collector.start();
    expect(await collector.lastEnded()).toBeUndefined();
    await kysely
      .updateTable('collector_lease')
      .set({ expires_at: new Date(0) })
      .execute();
    await waitFor(
      async () => (await kysely.selectFrom('collector_runs').select('state').orderBy('id').execute()).length === 2,
      { timeoutMs: 30_000 },
    );
    expect(await collector.nextRun()).toMatchObject({ state: 'finished' });
    const runs = await kysely.selectFrom('collector_runs').select('state').orderBy('id').execute();
    expect(runs.map(({ state }) => state)).toEqual(['abandoned', 'finished']);
    // It went on from the rankings, so nothing else was asked for.
    expect(venueDetails(await kopis.asked())).toBe(0);
  }, 120_000);

  it('cannot begin while there is another, and cannot write when another took its lease', async () => {
    await using kopis = await TestKopis.start({ count: 40 });
    await using collector = await TestCollector.open(kopis, rabbit);
    const { kysely } = collector.db;
    const [one, other] = await Promise.all([enterRun(kysely), enterRun(kysely)]);
    expect([one, other].filter((id) => id !== undefined)).toHaveLength(1);
    const id = one ?? other ?? '';
    expect(await takeLease(kysely, id)).toBe(true);
    expect(await takeLease(kysely, '00000000-0000-7000-8000-000000000001')).toBe(false);
    await collector.db.transaction((trx) => holdLease(trx, id));
    await kysely
      .updateTable('collector_lease')
      .set({ expires_at: new Date(0) })
      .execute();
    expect(await takeLease(kysely, '00000000-0000-7000-8000-000000000001')).toBe(true);
    await expect(collector.db.transaction((trx) => holdLease(trx, id))).rejects.toThrow(LeaseLost);
  }, 60_000);

  it('would be overlapped without the lease: what a sleeper writes after it woke up is written', async () => {
    await using kopis = await TestKopis.start({ count: 40 });
    await using collector = await TestCollector.open(kopis, rabbit);
    const { kysely } = collector.db;
    const sleeper = (await enterRun(kysely)) ?? '';
    await takeLease(kysely, sleeper);
    const write = (guard: boolean) =>
      collector.db.transaction(async (trx) => {
        if (guard) await holdLease(trx, sleeper);
        await putHolidays(trx, 2026, guard ? [] : [{ date: '2026-12-25', name: '기독탄신일' }]);
      });
    await kysely.updateTable('collector_lease').set({ run_id: null }).execute();
    await expect(write(true)).rejects.toThrow(LeaseLost);
    await write(false);
    expect(await collector.count('holidays')).toBe(1);
  }, 60_000);

  it('is done once when two collectors are there', async () => {
    await using kopis = await TestKopis.start({ count: 40 });
    await using one = await TestCollector.open(kopis, rabbit);
    await using two = await TestCollector.open(kopis, rabbit, one.database);
    await Promise.all([one.start(), two.start()]);
    expect(await one.nextRun()).toMatchObject({ state: 'finished' });
    const asked = await kopis.asked();
    expect(asked['/openApi/restful/prfplc/FC000001']).toBe(1);
    expect(await one.count('collector_runs')).toBe(1);
    await two.stop();
  }, 120_000);
});

function venueDetails(asked: Readonly<Record<string, number>>): number {
  return Object.entries(asked)
    .filter(([path]) => path.startsWith('/openApi/restful/prfplc/'))
    .reduce((sum, [, times]) => sum + times, 0);
}

async function idsOf(kopis: TestKopis): Promise<readonly string[]> {
  const query = 'service=key&stdate=20261120&eddate=20261220&rows=100';
  const xml = await (await fetch(`${kopis.kopisUrl}/pblprfr?${query}`)).text();
  return [...xml.matchAll(/<mt20id>(PF0\d+)<\/mt20id>/gu)].flatMap(([, id]) => id ?? []);
}
