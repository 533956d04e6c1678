import { parseArgs } from 'node:util';
import { z } from 'zod';
import { reportOf } from './report.ts';
import { simulate } from './simulation.ts';

/** `node tests/scale/main.ts [--people 1000000] [--units 50000] [--capacity 2000] [--seed 1]` */
const count = (byDefault: string, max: number) => z.coerce.number().int().min(1).max(max).default(Number(byDefault));
const options = z.object({
  people: count('1000000', 5_000_000),
  units: count('50000', 1_000_000),
  capacity: count('2000', 1_000_000),
  seed: count('1', 2 ** 31),
});

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { people: text, units: text, capacity: text, seed: text } });
const wanted = options.parse(values);
const result = await simulate(wanted);
for (const line of reportOf(wanted, result)) console.log(line);
process.exitCode = Object.values(result.checks).every(Boolean) ? 0 : 1;
