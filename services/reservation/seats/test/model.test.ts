import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from '@ticketaka/platform/redis';
import { type PrivateServer, startPrivate } from '@ticketaka/platform/testing';
import * as fc from 'fast-check';
import { Redis as BareRedis } from 'ioredis';
import { service } from '../../service.ts';
import { seatImage } from '../seat-image.ts';
import { command } from './commands.ts';
import { Comparison, type Subject } from './comparison.ts';
import { connect, lose, testClock } from './harness.ts';

const runs = 200;
const commandsPerRun = 500;

let server: PrivateServer;
let redis: Redis;
let root: BareRedis;
beforeAll(async () => {
  // Its own: a script that others make Redis forget is sent again later, behind commands that were asked for after it.
  server = await startPrivate('redis', [service]);
  redis = await connect(server.url(service));
  root = new BareRedis(server.rootUrl);
});
afterAll(async () => {
  redis.disconnect();
  root.disconnect();
  await server[Symbol.asyncDispose]();
});

let session = 0;
async function compare(subject: Subject, numRuns: number) {
  const commands = fc.array(command, { minLength: commandsPerRun, maxLength: commandsPerRun, size: 'max' });
  return await fc.check(
    fc.asyncProperty(commands, async (each) => {
      session += 1;
      const id = `session${session}`;
      await new Comparison(subject, id).run(each);
      await lose(root, `{${id}}`);
    }),
    // A failure is found again from its seed; shrinking 500 commands takes long.
    { numRuns, endOnFailure: process.env['SHRINK'] === undefined },
  );
}

/** Faults that a script might have, each of which must be found. */
const faults: readonly (readonly [string, string, string])[] = [
  ['holds what is held', 'state ~= 0 and not (mine and mine[ARGV[i]])', 'false'],
  ['searches from a mark that is too high', "if state == '0' then lowerMarks(units) end", ''],
  ['forgets to count', "if redis.call('HINCRBY', h, 'm:' .. member, by) <= 0", 'if true'],
  ['lets others settle', "ARGV[4] ~= '' and ARGV[4] ~= epoch", 'false and epoch'],
  ['holds what another of the same batch holds', 'isTaken[unit] and 1 or', ''],
  ['finds places that another of the same batch has', 'and not isTaken[unit]', ''],
  ['counts each of a batch alone', 'known[memberField] = count + size', 'known[memberField] = size'],
  ['goes on in an image of another epoch', 'if ARGV[at] ~= epoch then', 'if false then'],
  ['goes on without an image', "(ARGV[1] ~= '' and ARGV[1] ~= epoch)", 'false'],
  ['frees what is pinned', "if hold.pin > now then return {'pinned'} end", ''],
  ['tells no change', "changes[#changes + 1] = table.concat(units, ',')", 'changes[#changes + 1] = units[1]'],
];

describe('the scripts', () => {
  it(`do what a plain model does, in ${runs * commandsPerRun} commands`, async () => {
    const result = await compare({ image: seatImage({ redis }, testClock), connection: redis, root }, runs);
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  }, 120_000);

  it.each(faults)('would be found out: one that %s', async (_, right, wrong) => {
    const faulty = (lua: string) => testClock(lua.replaceAll(right, wrong));
    const connection = await connect(server.url(service));
    const result = await compare({ image: seatImage({ redis: connection }, faulty), connection, root }, runs);
    connection.disconnect();
    expect(String(result.errorInstance)).toContain('toEqual');
  });
});
