import { expect, it } from '@jest/globals';
import { createMetrics } from '@ticketaka/platform/metrics';
import { waitFor } from '@ticketaka/platform/testing';
import { RoomFigures } from './figures.ts';

const queue = { waiting: 120, serving: 30, rate: 2.5 };

function figures(keptMs?: number) {
  const metrics = createMetrics({ service: 'reservation', workload: 'worker', ofProcess: false });
  return { rooms: new RoomFigures(metrics, keptMs), text: () => metrics.registry.metrics() };
}

it('shows how many wait in each queue, who is let in, and how fast', async () => {
  const { rooms, text } = figures();
  rooms.show('a', queue);
  rooms.show('b', { ...queue, waiting: 7 });
  const shown = await text();
  expect(shown).toMatch(/waiting_room_waiting\{session="a".*} 120\n/);
  expect(shown).toMatch(/waiting_room_waiting\{session="b".*} 7\n/);
  expect(shown).toMatch(/waiting_room_serving\{session="a".*} 30\n/);
  expect(shown).toMatch(/waiting_room_rate\{session="a".*} 2.5\n/);
  rooms.hide('a');
  expect(await text()).not.toContain('session="a"');
  expect(await text()).toContain('session="b"');
  rooms.hide('b');
});

it('forgets a queue that it does not move any more, so that nobody sees what was', async () => {
  const { rooms, text } = figures(1);
  rooms.show('a', queue);
  await waitFor(async () => !(await text()).includes('session="a"'), { what: 'the queue to be forgotten' });
});
