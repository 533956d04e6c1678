import { z } from 'zod';
import { todayInSeoul } from '../demo/index.ts';
import { startSandbox } from './sandbox.ts';

/** A process that answers as KOPIS and the public-holiday service do, out of invented data. */
const config = z
  .object({
    HTTP_PORT: z.coerce.number().int().min(0).max(65_535),
    KOPIS_KEY: z.string().min(1),
    /** Day that the data lie around. Of one month all starts have the same, so that little changes from day to day. */
    AROUND: z.iso.date().default(`${todayInSeoul().slice(0, 8)}15`),
    SEED: z.string().default('ticketaka'),
  })
  .parse(process.env);

const sandbox = await startSandbox({
  port: config.HTTP_PORT,
  key: config.KOPIS_KEY,
  around: config.AROUND,
  seed: config.SEED,
});
console.log(`KOPIS on ${sandbox.kopisUrl}, holidays on ${sandbox.holidaysUrl}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox.close());
