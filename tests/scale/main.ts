import { parseArgs } from 'node:util';
import { z } from 'zod';
import { offerTestServers } from '../setup/coordinator.ts';
import { reportOf, reportOfServers } from './report.ts';
import { measureServers } from './servers.ts';
import { simulate } from './simulation.ts';

const usage = `Simulates an on-sale with the code that lets people in, on simulated time.

npm run simulate [-- --people 1000000 --units 50000 --capacity 2000 --seed 1]

  --people     who come, most of them before the opening
  --units      that are sold
  --capacity   holds a second that the servers carry
  --trusted    holds a second that they are trusted with before they are measured; the same when it is not given
  --servers    measures what real servers carry of the waiting room instead, with that many people

Ends with 1 when a promise is not kept: see docs/scale.md.`;

const count = (byDefault: string, max: number) => z.coerce.number().int().min(1).max(max).default(Number(byDefault));
const options = z.object({
  people: count('1000000', 5_000_000),
  units: count('50000', 1_000_000),
  capacity: count('2000', 1_000_000),
  trusted: z.coerce.number().int().min(1).max(1_000_000).optional(),
  seed: count('1', 2 ** 31),
});

type Wanted = z.output<typeof options>;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({
  options: { people: text, units: text, capacity: text, trusted: text, seed: text, servers: flag, help: flag },
});
const asked = options.safeParse(values);
if (values.help) console.log(usage);
else if (!asked.success) {
  console.error(`${z.prettifyError(asked.error)}\n\n${usage}`);
  process.exitCode = 2;
} else if (values.servers) await onServers(asked.data);
else await simulated(asked.data);

async function simulated(wanted: Wanted) {
  const result = await simulate(wanted);
  for (const line of reportOf(wanted, result)) console.log(line);
  process.exitCode = Object.values(result.checks).every(Boolean) ? 0 : 1;
}

async function onServers(wanted: Wanted) {
  await using _servers = await offerTestServers();
  for (const line of reportOfServers(await measureServers(wanted.people))) console.log(line);
}
