import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestBroker, type TestBroker } from '@ticketaka/platform/testing';
import { worldOn } from '../../local/kopis/world.ts';
import { noteRejects } from '../../services/performances/collector/store/rejects.ts';
import { service } from '../../services/performances/service.ts';
import { addAudit } from '../../services/performances/store/audit.ts';
import { around, TestCollector, TestKopis } from './collector-fixture.ts';

let rabbit: TestBroker;
beforeAll(async () => {
  rabbit = await createTestBroker([service]);
}, 120_000);
afterAll(() => rabbit[Symbol.asyncDispose]());

describe('the collector', () => {
  it('leaves what people changed as it is: sessions sold here, and what was called off', async () => {
    await using kopis = await TestKopis.start({ count: 30 });
    await using collector = await TestCollector.open(kopis, rabbit);
    const { kysely } = collector.db;
    await collector.start();
    await collector.nextRun();
    const { id, hall_id } = await kysely
      .selectFrom('performances as p')
      .innerJoin('sessions as s', 's.performance_id', 'p.id')
      .select(['p.id', 's.hall_id'])
      .where('p.source_id', '=', 'PF900010')
      .limit(1)
      .executeTakeFirstOrThrow();
    const [sold, off, other] = await kysely
      .selectFrom('sessions')
      .select(['id', 'starts_at'])
      .where('performance_id', '=', id)
      .orderBy('starts_at')
      .limit(3)
      .execute();
    const seatMap = '0193e3a0-7b3c-7000-8000-9f1a2b3c4d5e';
    const map = {
      id: seatMap,
      hall_id,
      name: '기본',
      units: 1,
      sections: '[]',
      document: Buffer.from(''),
      creator_id: null,
    };
    await kysely.insertInto('seat_maps').values(map).execute();
    await kysely
      .updateTable('sessions')
      .set({ seat_map_id: seatMap })
      .where('id', '=', sold?.id ?? '')
      .execute();
    await kysely
      .updateTable('sessions')
      .set({ cancelled_at: new Date() })
      .where('id', '=', off?.id ?? '')
      .execute();
    await addAudit(kysely, {
      by: seatMap,
      action: 'session.cancelled',
      subject: { kind: 'session', id: off?.id ?? '' },
      performanceId: id,
      before: null,
      after: null,
    });
    // The source has other prices now, and nothing in the morning any more.
    const correct = (field: string, correction: string) =>
      noteRejects(
        kysely,
        { kind: 'performance', sourceId: 'PF900010' },
        {
          runId: seatMap,
          misread: [{ field, value: original[field] ?? '', reason: 'changed', blocking: true }],
        },
      ).then(() =>
        kysely
          .updateTable('collector_rejects')
          .set({ state: 'corrected', correction })
          .where('field', '=', field)
          .execute(),
      );
    const record = worldOn({ around, count: 30, seed: 'two' }).performances.get('PF900010');
    const original: Record<string, string> = {
      dtguidance: record?.dtguidance ?? '',
      pcseguidance: record?.pcseguidance ?? '',
    };
    await correct('dtguidance', '매일(14:00)');
    await correct('pcseguidance', '전석 1,000원');
    expect(await collector.run()).toMatchObject({ state: 'finished', updated_count: 1 });
    const after = async (session: string | undefined) =>
      await kysely
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', session ?? '')
        .executeTakeFirst();
    // 11:00, sold here: called off, not forgotten.
    expect(await after(sold?.id)).toMatchObject({ seat_map_id: seatMap, cancelled_at: expect.any(Date) });
    // 14:00, called off by people: stays so.
    expect(await after(off?.id)).toMatchObject({ cancelled_at: expect.any(Date) });
    // 11:00 of the next day, nobody's but the collector's: gone.
    expect(await after(other?.id)).toBeUndefined();
    const grades = await kysely
      .selectFrom('grades')
      .select('price')
      .where('session_id', '=', off?.id ?? '')
      .execute();
    expect(grades.map(({ price }) => price)).not.toContain(1000);
  }, 120_000);
});
