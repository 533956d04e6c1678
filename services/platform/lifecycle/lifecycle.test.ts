import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../log/index.ts';
import { Health, runComponents } from './index.ts';

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });

function recorder() {
  const events: string[] = [];
  const component = (name: string, fail?: 'start' | 'stop') => ({
    name,
    start: async () => {
      if (fail === 'start') throw new Error('no');
      events.push(`+${name}`);
    },
    stop: async () => {
      events.push(`-${name}`);
      if (fail === 'stop') throw new Error('no');
    },
  });
  return { events, component };
}

describe('runComponents', () => {
  it('starts in order and stops in reverse, once', async () => {
    const { events, component } = recorder();
    const running = await runComponents({ components: [component('a'), component('b')], log, health: new Health() });
    await Promise.all([running.stop('test'), running.stop('again')]);
    expect(events).toEqual(['+a', '+b', '-b', '-a']);
  });

  it('stops what had started when a later one fails, and says which failed', async () => {
    const { events, component } = recorder();
    const components = [component('a'), component('b', 'start')];
    await expect(runComponents({ components, log, health: new Health() })).rejects.toThrow('b did not start');
    expect(events).toEqual(['+a', '-a']);
  });

  it('goes on stopping when one of them fails to', async () => {
    const { events, component } = recorder();
    const components = [component('a'), component('b', 'stop')];
    const running = await runComponents({ components, log, health: new Health() });
    await running.stop('test');
    expect(events).toEqual(['+a', '+b', '-b', '-a']);
  });

  it('gives up on a component that hangs', async () => {
    const hanging = { name: 'hanging', stop: () => new Promise<void>(() => undefined) };
    const running = await runComponents({ components: [hanging], log, health: new Health(), graceMs: 1 });
    await expect(running.stop('test')).resolves.toBeUndefined();
  });
});

describe('Health', () => {
  it('is ready while every vital part is up', () => {
    const health = new Health();
    health.declare('mariadb');
    health.declare('redis', { vital: false });
    expect(health.report().ready).toBe(false);
    health.set('mariadb', 'up');
    expect(health.report().ready).toBe(true);
    health.set('mariadb', 'down', 'connection refused');
    expect(health.report()).toMatchObject({ ready: false, parts: { mariadb: { why: 'connection refused' } } });
  });

  it('is not ready once it drains', () => {
    const health = new Health();
    health.drain();
    expect(health.report().ready).toBe(false);
  });
});
