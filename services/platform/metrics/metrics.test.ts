import { expect, it } from '@jest/globals';
import { createMetrics } from './index.ts';

const metrics = () => createMetrics({ service: 'seats', workload: 'api', ofProcess: false });

it('gives the metric of a name again, so that two parts can count in one', async () => {
  const { registry, counter, gauge, histogram } = metrics();
  counter('sold_total', 'Seats sold', ['grade']).inc({ grade: 'vip' });
  counter('sold_total', 'Seats sold', ['grade']).inc({ grade: 'vip' });
  expect(gauge('free', 'Seats free')).toBe(gauge('free', 'Seats free'));
  expect(histogram('hold_seconds', 'Time held')).toBe(histogram('hold_seconds', 'Time held'));
  expect(await registry.getSingleMetricAsString('ticketaka_sold_total')).toMatch(/grade="vip".*} 2/);
});

it('asks a gauge for its value whenever it is read', async () => {
  const { registry, observableGauge } = metrics();
  let free = 3;
  observableGauge('free', 'Seats free', () => free);
  expect(await registry.metrics()).toMatch(/^ticketaka_free\{.*} 3$/m);
  free = 2;
  expect(await registry.metrics()).toMatch(/^ticketaka_free\{.*} 2$/m);
});

it('refuses a name that a metric of another kind has', () => {
  const { counter, gauge } = metrics();
  counter('free', 'Seats free');
  expect(() => gauge('free', 'Seats free')).toThrow('another kind');
});
