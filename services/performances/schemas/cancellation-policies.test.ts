import { describe, expect, it } from '@jest/globals';
import { NewPerformance } from '../schemas/manage.ts';
import { type CancellationPolicy, cancellationPolicies } from './cancellation-policies.ts';

const policies: [string, CancellationPolicy][] = Object.entries(cancellationPolicies);

describe('cancellation policies', () => {
  it('are those that a performance can refer to', () => {
    expect(policies.map(([name]) => name)).toEqual(NewPerformance.shape.cancellationPolicy.unwrap().options);
  });

  it.each(policies)('%s has one fee for each day before the session, or none for any', (_, { windows }) => {
    const covering = (day: number) =>
      windows.filter((window) => day <= (window.fromDaysBefore ?? Infinity) && day >= window.toDaysBefore);
    for (let day = 1; day <= 60; day += 1) expect(covering(day)).toHaveLength(windows.length === 0 ? 0 : 1);
    expect(covering(0)).toEqual([]);
  });

  it.each(policies)('%s costs more the nearer the session is', (_, { windows }) => {
    const fees = windows.map(({ won, percent = 0 }) => (won === undefined ? percent : 0));
    expect(fees).toEqual(fees.toSorted((one, other) => one - other));
  });
});
