import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import * as fc from 'fast-check';
import { changesKey, readUnit } from '../../seats/index.ts';
import { mirroredFreeUnits } from '../index.ts';
import { session, world } from './world.ts';

const units = 60;
const someUnits = fc.uniqueArray(fc.nat(units - 1), { minLength: 1, maxLength: 6 });
const command = fc.oneof(
  fc.record({ kind: fc.constant('hold' as const), units: someUnits }),
  fc.record({ kind: fc.constant('release' as const), which: fc.nat(50) }),
  fc.record({ kind: fc.constant('block' as const), units: someUnits }),
  fc.record({ kind: fc.constant('unblock' as const), units: someUnits }),
  fc.record({ kind: fc.constant('rebuild' as const), units: someUnits }),
);

describe('the mirror of a session', () => {
  it('is the picture after any changes, and counts what is free of each grade', async () => {
    await using here = await world();
    const { image, availability } = here;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
        const shown = session(units);
        await here.build(shown.id, { units });
        await availability.open(shown);
        let epoch = 1;
        let holds: string[] = [];
        for (const [index, each] of commands.entries()) {
          if (each.kind === 'rebuild') {
            epoch += 1;
            const taken = each.units.map((unit) => ({ unit, state: 'sold' as const, memberId: 'somebody' }));
            await image.rebuild(shown.id, { epoch, units, taken });
            holds = [];
          } else if (each.kind === 'hold') {
            const holdId = `h${index}`;
            const request = { epoch, holdId, memberId: 'm', requestHash: 'x', limit: 100, ttlMs: 600_000 };
            const outcome = await image.hold(shown.id, { ...request, candidates: [each.units] });
            if (outcome.kind === 'held') holds.push(holdId);
          } else if (each.kind === 'release') {
            const holdId = holds[each.which % Math.max(1, holds.length)];
            if (holdId !== undefined) await image.release(shown.id, { holdId });
          } else if (each.kind === 'block') await image.block(shown.id, { epoch, units: each.units });
          else await image.unblock(shown.id, { epoch, units: each.units });
        }
        const { bitmap } = await here.caughtUp(shown.id);
        const free = [0, 0];
        for (let unit = 0; unit < units; unit += 1) {
          const taken = readUnit(bitmap, unit) !== 0;
          const grade = shown.gradeOf[unit] ?? -1;
          if (!taken && grade >= 0) free[grade] = (free[grade] ?? 0) + 1;
          expect([unit, availability.isTaken(shown.id, unit)]).toEqual([unit, taken]);
          const word = availability.freeBits(shown.id)?.[unit >>> 5] ?? 0;
          expect([unit, (word >>> (unit & 31)) & 1]).toEqual([unit, taken ? 0 : 1]);
        }
        expect([0, 1].map((grade) => availability.freeCount(shown.id, grade))).toEqual(free);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('takes the whole picture again when changes are missing', async () => {
    await using here = await world();
    const shown = session();
    await here.build(shown.id);
    await here.availability.open(shown);
    await here.caughtUp(shown.id);
    // The entries are gone in the same moment in which they came, as when the stream is cut while nobody reads.
    const { redis } = here;
    const gap = async () => {
      const value = (await here.metrics.registry.getSingleMetric('ticketaka_availability_snapshots_total')?.get())
        ?.values;
      return value?.find(({ labels }) => labels['why'] === 'gap')?.value ?? 0;
    };
    const [id = ''] = (await redis.xrevrange(changesKey(shown.id), '+', '-', 'COUNT', 1))[0] ?? [];
    const [, count = ''] = id.split('-');
    const key = `seats:{${shown.id}}:1`;
    await redis
      .multi()
      .bitfield(`${key}:b`, 'SET', 'u2', '#1', 1)
      .bitfield(`${key}:b`, 'SET', 'u2', '#2', 1)
      .hincrby(`${key}:h`, 'version', 2)
      .xadd(changesKey(shown.id), `1-${Number(count) + 2}`, '1', '2')
      .exec();
    await waitFor(async () => (await gap()) === 1);
    await here.hold(shown.id, [5, 9]);
    await here.caughtUp(shown.id);
    expect([1, 2, 5, 9, 10].map((unit) => here.availability.isTaken(shown.id, unit))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  }, 60_000);

  it('is not believed when the picture is lost, and is the new one when that was built', async () => {
    await using here = await world();
    const shown = session();
    await here.build(shown.id);
    await here.availability.open(shown);
    await here.hold(shown.id, [7]);
    await here.caughtUp(shown.id);
    expect(here.availability.isTaken(shown.id, 7)).toBe(true);
    await here.root.flushdb();
    await waitFor(() => here.availability.isTaken(shown.id, 7) === undefined);
    expect(here.availability.freeCount(shown.id, 0)).toBeUndefined();
    expect(here.availability.freeBits(shown.id)).toBeUndefined();
    await here.build(shown.id, { epoch: 2 });
    await here.caughtUp(shown.id);
    expect(here.availability.isTaken(shown.id, 7)).toBe(false);
  }, 60_000);

  it('takes over what is another division of the same units into grades', async () => {
    await using here = await world();
    const shown = session();
    await here.build(shown.id);
    await here.availability.open(shown);
    expect([0, 1, 2].map((grade) => here.availability.freeCount(shown.id, grade))).toEqual([100, 50, 0]);
    await here.hold(shown.id, [0]);
    await here.caughtUp(shown.id);
    await here.availability.open({ ...shown, gradeOf: new Int16Array(200).fill(2), grades: [{}, {}, {}] });
    expect([0, 1, 2].map((grade) => here.availability.freeCount(shown.id, grade))).toEqual([0, 0, 199]);
  }, 60_000);

  it('knows nothing of sessions that were not opened, or that nobody has asked about for long', async () => {
    await using here = await world({ idleMs: 300 });
    const shown = session();
    await here.build(shown.id);
    expect(here.availability.freeCount(shown.id, 0)).toBeUndefined();
    expect(await here.availability.open(shown)).toBe(true);
    expect(here.availability.freeCount(shown.id, 0)).toBe(100);
    await waitFor(() => !here.availability.mirror.sessions.includes(shown.id));
    expect(here.availability.freeCount(shown.id, 0)).toBeUndefined();
  }, 60_000);

  it('tells those who hold seats what is gone, and what is free, from memory as soon as it can', async () => {
    await using here = await world();
    const shown = session();
    const asked: string[] = [];
    const free = mirroredFreeUnits(here.availability, {
      bits: async ({ id }) => {
        asked.push(id);
        return new Uint32Array([1]);
      },
    });
    expect([free.sold(shown, [1]), free.isNoneFree(shown, 0), free.isSoldOut(shown, 0)]).toEqual([[], false, false]);
    expect(await free.bits(shown)).toEqual(new Uint32Array([1]));
    expect(asked).toEqual([shown.id]);
    await here.build(shown.id);
    await waitFor(() => here.availability.freeCount(shown.id, 0) === 100);
    await here.hold(shown.id, [1, 2]);
    await here.image.block(shown.id, { epoch: 1, units: [4, 5] });
    await here.caughtUp(shown.id);
    // What is held may be asked for again by whoever holds it.
    expect(free.sold(shown, [1, 2, 3, 4, 5])).toEqual([4, 5]);
    expect((await free.bits(shown))[0]).toBe(~0b11_0110 >>> 0);
    expect(asked).toEqual([shown.id]);
  }, 60_000);

  it('tells what is sold out from what is only held', async () => {
    await using here = await world();
    const shown = session();
    const free = mirroredFreeUnits(here.availability, { bits: () => Promise.reject(new Error('memory knows')) });
    await here.build(shown.id);
    expect(await here.availability.open(shown)).toBe(true);
    const [first = 0, ...others] = Array.from({ length: 100 }, (_, seat) => 2 * seat);
    const holdId = await here.hold(shown.id, [first]);
    await here.image.block(shown.id, { epoch: 1, units: others });
    await here.caughtUp(shown.id);
    expect([free.isNoneFree(shown, 0), free.isSoldOut(shown, 0)]).toEqual([true, false]);
    expect(here.availability.heldCount(shown.id, 0)).toBe(1);
    expect([free.isNoneFree(shown, 1), free.isSoldOut(shown, 1)]).toEqual([false, false]);
    await here.image.release(shown.id, { holdId });
    await here.image.block(shown.id, { epoch: 1, units: [first] });
    await here.caughtUp(shown.id);
    expect([free.isNoneFree(shown, 0), free.isSoldOut(shown, 0)]).toEqual([true, true]);
  }, 60_000);

  it('waits for a picture that is not there yet', async () => {
    await using here = await world();
    const shown = session();
    expect(await here.availability.open(shown)).toBe(false);
    await here.build(shown.id);
    await waitFor(() => here.availability.freeCount(shown.id, 0) === 100);
  }, 60_000);
});
