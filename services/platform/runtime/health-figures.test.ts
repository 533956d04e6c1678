import { expect, it } from '@jest/globals';
import { Health } from '../lifecycle/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { showHealth } from './health-figures.ts';

it('shows each part as it is when it is asked for', async () => {
  const health = new Health();
  const { registry } = createMetrics({ service: 'seats', workload: 'api', ofProcess: false });
  showHealth(health, { registry });
  health.declare('mariadb');
  health.declare('rabbitmq', { vital: false });
  health.set('mariadb', 'up');
  const lines = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('ticketaka_'));
  expect(await lines()).toEqual([
    'ticketaka_health_part_up{part="mariadb",vital="true",service="seats",workload="api"} 1',
    'ticketaka_health_part_up{part="rabbitmq",vital="false",service="seats",workload="api"} 0',
  ]);
  health.set('mariadb', 'down');
  expect((await lines())[0]).toMatch(/ 0$/);
});
