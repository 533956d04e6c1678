import { describe, expect, it } from '@jest/globals';
import { type BenchCase, runCase } from './harness.ts';

function bench(subject: number[], reference: number[], correct = true): BenchCase {
  const feed = (values: number[]) => async () => ({ value: values.shift() ?? Number.NaN, correct });
  return {
    name: 'example',
    summary: '',
    unit: 's',
    target: { bound: 'at most', ratio: 0.6 },
    prepare: async () => ({ subject: feed(subject), reference: feed(reference), close: async () => {} }),
  };
}

function limited(most: number): BenchCase {
  const plain = bench([1, 1], [1, 10]);
  const prepare = async () => ({ ...(await plain.prepare()), figures: async () => ({ p99: 7 }) });
  return { ...plain, limits: { p99: most }, prepare };
}

describe('runCase', () => {
  it('takes the median ratio of the rounds after the first', async () => {
    const result = await runCase(bench([999, 1, 2, 3], [1, 10, 10, 10]), { rounds: 3 });
    expect(result).toMatchObject({
      case: 'example',
      ratio: 0.2,
      spread: [0.1, 0.3],
      target: 'at most 0.6',
      holds: true,
    });
  });

  it('says when the target does not hold', async () => {
    expect(await runCase(bench([1, 7], [1, 10]), { rounds: 1 })).toMatchObject({ ratio: 0.7, holds: false });
  });

  it('says when a figure is over its limit', async () => {
    expect(await runCase(limited(7), { rounds: 1 })).toMatchObject({
      holds: true,
      target: 'at most 0.6, p99 at most 7',
    });
    expect(await runCase(limited(6), { rounds: 1 })).toMatchObject({ holds: false });
  });

  it('says when a fast answer was wrong', async () => {
    expect(await runCase(bench([1, 1], [1, 10], false), { rounds: 1 })).toMatchObject({ holds: true, correct: false });
  });
});
