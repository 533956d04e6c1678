import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createLogger } from '@ticketaka/platform/log';
import { openRedis } from '@ticketaka/platform/redis';
import { createTestRedis } from '@ticketaka/platform/testing';
import { holdArguments } from '../../../services/reservation/seats/hold-commands.ts';
import { createSeatImage } from '../../../services/reservation/seats/index.ts';
import { imageKey } from '../../../services/reservation/seats/keys.ts';
import { hold } from '../../../services/reservation/seats/lua/hold.ts';
import { type BenchCase, median } from '../harness.ts';

const connections = 50;
const seatsEach = 4;
const buyers = 40_000;
const units = buyers * seatsEach;
const sets = 100_000;
const session = 'bench';
const random = '__rand_int__';
const key = `reservation:${imageKey(session)}`;

/** So many a replica gathers when a crowd is before it. */
const together = 16;

/** redis-benchmark sends one command over and over, so that the seats are counted on in Redis, one call more. */
const nextSeats = `
local next = redis.call('INCRBY', KEYS[1] .. ':next', ARGV[2] * ${seatsEach}) - ARGV[2] * ${seatsEach}
for hold = 0, ARGV[2] - 1 do
  for place = 0, ${seatsEach - 1} do
    ARGV[${2 + 9 + 1} + hold * ${9 + seatsEach} + place] = string.format('%d', next + hold * ${seatsEach} + place)
  end
end
`;

/** A sold-out run: each buyer holds seats, then as many others try the same seats and find them taken. */
export const holdScript: BenchCase = {
  name: 'hold-script',
  summary: `hold ${seatsEach} seats, ${together} buyers in one command, against SET, both by redis-benchmark -c ${connections}`,
  unit: 'a second',
  target: { bound: 'at least', ratio: 0.45 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const server = resources.use(await createTestRedis('reservation'));
    const log = createLogger({ service: 'reservation', workload: 'bench', level: 'error' });
    const redis = resources.adopt(await openRedis({ url: server.url, service: 'reservation', log }), (connection) =>
      connection.disconnect(),
    );
    const image = createSeatImage({ redis });
    let epoch = 0;
    const alone: number[] = [];
    const conflicts: number[] = [];

    async function holdAll(script: string, size: number) {
      await redis.del(`${imageKey(session)}:next`);
      const args = Array.from({ length: size }, () =>
        holdArguments({
          epoch,
          // As long as a UUID. Each word stands for twelve digits, of which nine are at random: one were too few.
          holdId: `0193e3a0-${random}${random}-a9`,
          memberId: `0193e3a0-${random}${random}-b9`,
          requestHash: 'V2VkIDIwIE5vdiAyMDI2IDEyOjM4OjI2',
          limit: seatsEach,
          ttlMs: 420_000,
          candidates: [Array.from({ length: seatsEach }, (_, place) => place)],
        }),
      );
      const command = ['-r', '1000000000', 'EVALSHA', script, '1', key, '', size, ...args.flat()];
      return size * (await perSecond(server.url, buyers / size, command));
    }

    async function empty() {
      epoch += 1;
      await image.rebuild(session, { epoch, units, taken: [] });
    }

    /** Every unit is held, and by as many holds as fit: so none is held twice. */
    async function isSoldOut() {
      const bits = await image.bits(session);
      const holds = (await redis.zcard(`${imageKey(session)}:${epoch}:z`)) - 1;
      return bits.kind === 'bits' && bits.bitmap.every((byte) => byte === 0b01010101) && holds === buyers;
    }

    return {
      async subject() {
        const script = String(await redis.script('LOAD', nextSeats + hold));
        await empty();
        alone.push(await holdAll(script, 1));
        let correct = await isSoldOut();
        await empty();
        const value = await holdAll(script, together);
        correct &&= await isSoldOut();
        conflicts.push(await holdAll(script, together));
        return { value, correct: correct && (await isSoldOut()) };
      },
      reference: async () => ({
        value: await perSecond(server.url, sets, ['SET', 'reservation:key', 'abc']),
        correct: (await redis.get('key')) === 'abc',
      }),
      figures: async () => ({
        'holds/s one by one': Math.round(median(alone)),
        'conflicts/s': Math.round(median(conflicts)),
      }),
      close: () => resources.disposeAsync(),
    };
  },
};

async function perSecond(url: string, count: number, command: readonly (string | number)[]): Promise<number> {
  const options = ['-u', url, '-c', String(connections), '-n', String(count), '--csv'];
  const { stdout } = await promisify(execFile)('redis-benchmark', [...options, ...command.map(String)]);
  const rate = /^"[^"]*","([\d.]+)"/m.exec(stdout)?.[1];
  if (rate === undefined) throw new Error(`redis-benchmark: ${stdout.slice(0, 500)}`);
  return Number(rate);
}
