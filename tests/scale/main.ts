import { parseArgs } from 'node:util';
import { z } from 'zod';
import { offerTestServers } from '../setup/coordinator.ts';
import { reportOf, reportOfServers } from './report.ts';
import { measureServers } from './servers.ts';
import { simulate } from './simulation.ts';

/**
 * `node tests/scale/main.ts [--people 1000000] [--units 50000] [--capacity 2000] [--seed 1]` simulates an on-sale.
 * With `--servers` it measures what real servers carry of the waiting room instead, with that many people.
 */
const count = (byDefault: string, max: number) => z.coerce.number().int().min(1).max(max).default(Number(byDefault));
const options = z.object({
  people: count('1000000', 5_000_000),
  units: count('50000', 1_000_000),
  capacity: count('2000', 1_000_000),
  seed: count('1', 2 ** 31),
});

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { people: text, units: text, capacity: text, seed: text, servers: { type: 'boolean', default: false } },
});
const wanted = options.parse(values);
if (values.servers) await onServers();
else await simulated();

async function simulated() {
  const result = await simulate(wanted);
  for (const line of reportOf(wanted, result)) console.log(line);
  process.exitCode = Object.values(result.checks).every(Boolean) ? 0 : 1;
}

async function onServers() {
  await using _servers = await offerTestServers();
  for (const line of reportOfServers(await measureServers(wanted.people))) console.log(line);
}
