import { expect, it } from '@jest/globals';
import { reportOfServers } from './report.ts';
import { measureServers } from './servers.ts';

it('measures the waiting room on real servers', async () => {
  const figures = await measureServers(400);
  for (const value of Object.values(figures)) expect(value).toBeGreaterThan(0);
  expect(reportOfServers(figures).join('\n')).toContain('people a second into MariaDB');
}, 120_000);
