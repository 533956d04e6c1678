import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../log/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { BrokenCircuitError, createPolicy, TaskCancelledError } from './index.ts';

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
const refused = () => Promise.reject(new Error('refused'));

describe('createPolicy', () => {
  it('stops calling after consecutive failures', async () => {
    const policy = createPolicy({ name: 'callee', log, timeoutMs: 1000, failures: 2, openMs: 60_000 });
    await expect(policy.execute(refused)).rejects.toThrow('refused');
    await expect(policy.execute(refused)).rejects.toThrow('refused');
    await expect(policy.execute(async () => 'fine')).rejects.toThrow(BrokenCircuitError);
  });

  it('shows that it turns calls away', async () => {
    const metrics = createMetrics({ service: 'seats', workload: 'api', ofProcess: false });
    const open = () => metrics.registry.getSingleMetricAsString('ticketaka_breaker_open');
    const policy = createPolicy({ name: 'callee', log, metrics, timeoutMs: 1000, failures: 1, openMs: 60_000 });
    expect(await open()).toMatch(/callee="callee".*} 0$/m);
    await expect(policy.execute(refused)).rejects.toThrow('refused');
    expect(await open()).toMatch(/callee="callee".*} 1$/m);
  });

  it('does not count an answer that says no', async () => {
    const policy = createPolicy({ name: 'callee', log, timeoutMs: 1000, failures: 1, isFailure: () => false });
    await expect(policy.execute(refused)).rejects.toThrow('refused');
    await expect(policy.execute(async () => 'fine')).resolves.toBe('fine');
  });

  it('tries as often as it is told to', async () => {
    let calls = 0;
    const policy = createPolicy({ name: 'callee', log, timeoutMs: 1000, attempts: 3 });
    const outcome = policy.execute(() => (++calls < 3 ? refused() : Promise.resolve(calls)));
    await expect(outcome).resolves.toBe(3);
  });

  it('gives up on a call that hangs', async () => {
    const policy = createPolicy({ name: 'callee', log, timeoutMs: 5 });
    await expect(policy.execute(() => new Promise(() => undefined))).rejects.toThrow(TaskCancelledError);
  });
});
