import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.ts';

const isHopeless = (error: unknown) => error instanceof TypeError;

describe('a batcher', () => {
  it('writes what gathers while a batch is being written as one', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher<number, number>({
      isHopeless,
      run: async (ops) => {
        sizes.push(ops.length);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return ops.map((op) => op * 2);
      },
    });
    const first = batcher.submit(1);
    await new Promise((resolve) => setTimeout(resolve, 2));
    const rest = Array.from({ length: 100 }, (_, index) => batcher.submit(index));
    expect(await first).toBe(2);
    expect(await Promise.all(rest)).toEqual(Array.from({ length: 100 }, (_, index) => index * 2));
    expect(sizes).toEqual([1, 64, 36]);
    expect(batcher.idle).toBe(true);
  });

  it('lets one poisoned caller fail alone', async () => {
    const batcher = new Batcher<number, number>({
      isHopeless,
      run: async (ops) => {
        if (ops.includes(13)) throw new Error('poison');
        return ops;
      },
    });
    const results = await Promise.allSettled(Array.from({ length: 64 }, (_, index) => batcher.submit(index)));
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([13]);
  });

  it('tries nobody again when it is hopeless', async () => {
    let runs = 0;
    const batcher = new Batcher<number, number>({
      isHopeless,
      run: async () => {
        runs += 1;
        throw new TypeError('away');
      },
    });
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => batcher.submit(index)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(runs).toBe(1);
  });
});
