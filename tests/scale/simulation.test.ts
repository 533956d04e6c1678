import { beforeAll, describe, expect, it } from '@jest/globals';
import { reportOf } from './report.ts';
import { type SimulationResult, simulate } from './simulation.ts';

const options = { people: 20_000, units: 1_000, capacity: 200, seed: 7 };
let result: SimulationResult;

beforeAll(async () => {
  result = await simulate(options);
}, 60_000);

describe('a simulated on-sale', () => {
  it('keeps every promise', () => {
    expect(Object.entries(result.checks).filter(([, holds]) => !holds)).toEqual([]);
  });

  it('sells everything, and lets in many fewer than came', () => {
    expect(result.sold).toBe(1_000);
    expect(result.soldAfter.all).not.toBeNull();
    expect(result.admitted).toBeLessThan(2_000);
  });

  it('lets in the lobby before those who came later', () => {
    expect(result.lobby.admitted).toBeGreaterThan(0);
    expect(result.later.admitted).toBe(0);
  });

  it('comes out the same for a seed', async () => {
    const again = await simulate(options);
    const { lobby, later, sold, soldAfter, tooLate, admitted, polls } = again;
    expect(result).toMatchObject({ lobby, later, sold, soldAfter, tooLate, admitted, polls });
  });

  it('lets everybody in, in their order, when there is enough for all', async () => {
    const { checks, lobby, later } = await simulate({ people: 2_000, units: 10_000, capacity: 500, seed: 3 });
    expect(Object.values(checks)).not.toContain(false);
    expect(lobby.admitted).toBeGreaterThan(1_000);
    expect(later.admitted).toBeGreaterThan(600);
  });

  it('finds out what the servers carry when they are trusted with five times as much', async () => {
    const trusted = { people: 30_000, units: 100_000, capacity: 20, trusted: 100, seed: 5 };
    const { checks, slowSeconds } = await simulate(trusted);
    expect(Object.values(checks)).not.toContain(false);
    // Once, when nothing is known yet: whoever was let in by then comes within half a minute.
    expect(slowSeconds.all).toBeGreaterThan(0);
    expect(slowSeconds.later).toBe(0);
    // Letting in fewer when holds are slow comes too late each time, if what was carried is not kept in mind.
    const { slowSeconds: unmeasured } = await simulate({ ...trusted, measured: false });
    expect(unmeasured.later).toBeGreaterThan(100);
  }, 60_000);

  it('can be read', () => {
    expect(reportOf(options, result).join('\n')).toContain('✓ nobody is let in twice');
  });
});
