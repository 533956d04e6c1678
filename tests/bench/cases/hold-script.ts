import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { createLogger } from '@ticketaka/platform/log';
import { openRedis } from '@ticketaka/platform/redis';
import { createTestRedis } from '@ticketaka/platform/testing';
import { holdArguments } from '../../../services/reservation/seats/hold-commands.ts';
import { createSeatImage, readUnit, unitState } from '../../../services/reservation/seats/index.ts';
import { imageKey } from '../../../services/reservation/seats/keys.ts';
import { hold } from '../../../services/reservation/seats/lua/hold.ts';
import { type BenchCase, median } from '../harness.ts';
import { encodeCommand, SocketLoad } from './socket-load.ts';

const connections = 50;
const seatsEach = 4;
const units = 50_000;
const buyers = units / seatsEach;
const sessions = ['one', 'two'];
const sets = 100_000;

/** Each buyer of a sold-out run holds four seats; then as many try again and find them taken. */
export const holdScript: BenchCase = {
  name: 'hold-script',
  summary: `hold ${seatsEach} seats, all or nothing, from ${connections} connections, against redis-benchmark SET -c ${connections}`,
  unit: 'commands/s',
  target: { bound: 'at least', ratio: 0.45 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const server = resources.use(await createTestRedis('reservation'));
    const log = createLogger({ service: 'reservation', workload: 'bench', level: 'error' });
    const redis = resources.adopt(await openRedis({ url: server.url, service: 'reservation', log }), (connection) =>
      connection.disconnect(),
    );
    const load = resources.adopt(await SocketLoad.open(server.url, connections), (each) => each.close());
    const image = createSeatImage({ redis });
    const hash = createHash('sha1').update(hold).digest('hex');
    let epoch = 0;
    let right = true;
    const conflicts: number[] = [];

    const commandsOf = (try_: string) =>
      Array.from({ length: buyers * sessions.length }, (_, buyer) => {
        const first = Math.floor(buyer / sessions.length) * seatsEach;
        const args = holdArguments({
          epoch,
          holdId: `0193e3a0-0000-7000-8000-${try_}${buyer.toString(16).padStart(11, '0')}`,
          memberId: `0193e3a0-0000-7000-9000-${try_}${buyer.toString(16).padStart(11, '0')}`,
          requestHash: 'V2VkIDIwIE5vdiAyMDI2IDEyOjM4OjI2',
          limit: seatsEach,
          ttlMs: 420_000,
          candidates: [[first, first + 1, first + 2, first + 3]],
        });
        const key = `reservation:${imageKey(sessions[buyer % sessions.length] ?? '')}`;
        return encodeCommand('EVALSHA', hash, 1, key, ...args);
      });

    return {
      async subject() {
        epoch += 1;
        for (const session of sessions) await image.rebuild(session, { epoch, units, taken: [] });
        await redis.script('LOAD', hold);
        const commands = commandsOf('a');
        const again = commandsOf('b');
        const held = await load.run(commands);
        const refused = await load.run(again);
        conflicts.push(again.length / refused.seconds);
        const pictures = await Promise.all(sessions.map((session) => image.bits(session)));
        right &&=
          held.replies.every((reply) => reply.includes('\r\nheld\r\n')) &&
          refused.replies.every((reply) => reply.includes('conflict')) &&
          pictures.every(
            (picture) =>
              picture.kind === 'bits' &&
              Array.from({ length: units }, (_, unit) => readUnit(picture.bitmap, unit)).every(
                (s) => s === unitState.held,
              ),
          );
        return { value: commands.length / held.seconds, correct: right };
      },
      reference: async () => ({ value: await bareSets(server.rootUrl), correct: true }),
      figures: async () => ({ 'conflicts/s': Math.round(median(conflicts)) }),
      close: () => resources.disposeAsync(),
    };
  },
};

async function bareSets(url: string): Promise<number> {
  const args = ['-u', url, '-c', String(connections), '-n', String(sets), '-t', 'set', '--csv'];
  const { stdout } = await promisify(execFile)('redis-benchmark', args);
  return Number(/^"SET","([\d.]+)"/m.exec(stdout)?.[1]);
}
