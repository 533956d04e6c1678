import { describe, expect, it } from '@jest/globals';
import { Gate } from './gate.ts';
import { Slots } from './slots.ts';

describe('Gate', () => {
  it('lets callers wait until it opens', async () => {
    const gate = new Gate(60_000);
    const passing = [gate.pass(), gate.pass()];
    gate.open();
    expect(await Promise.all(passing)).toEqual([true, true]);
    expect(await gate.pass()).toBe(true);
  });

  it('fails those who wait when patience runs out, and later ones at once', async () => {
    const gate = new Gate(10);
    expect(await gate.pass()).toBe(false);
    expect(await gate.pass()).toBe(false);
  });

  it('counts patience from when it closed', async () => {
    const gate = new Gate(0);
    gate.open();
    gate.close();
    gate.close();
    expect(await gate.pass()).toBe(false);
    gate.open();
    expect(await gate.pass()).toBe(true);
  });

  it('sends everyone away when it closes for ever', async () => {
    const gate = new Gate(60_000);
    const passing = gate.pass();
    gate.closeForEver();
    expect(await passing).toBe(false);
  });
});

describe('Slots', () => {
  it('gives out no more than there are, first come first served', async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    const releases = [await slots.take(), await slots.take()];
    const waiting = [1, 2].map(async (number) => {
      const release = await slots.take();
      order.push(number);
      release();
    });
    expect(order).toEqual([]);
    for (const release of releases) release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });
});
