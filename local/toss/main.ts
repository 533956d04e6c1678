import { z } from 'zod';
import { startTossSandbox } from './sandbox.ts';

/** A process that answers as Toss Payments does, and moves no money. */
const config = z
  .object({
    HTTP_PORT: z.coerce.number().int().min(0).max(65_535),
    TOSS_SECRET_KEY: z.string().min(1),
    /** Who is told what became of payments. */
    WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  })
  .parse(process.env);

const sandbox = await startTossSandbox({
  port: config.HTTP_PORT,
  secretKey: config.TOSS_SECRET_KEY,
  webhookUrl: config.WEBHOOK_URL,
});
console.log(`Toss Payments on ${sandbox.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox.close());
