import { z } from 'zod';
import { startSandbox } from './sandbox.ts';

/** A process that takes the platform's mails and shows them, instead of sending them anywhere. */
const config = z
  .object({
    SMTP_PORT: z.coerce.number().int().min(0).max(65_535),
    HTTP_PORT: z.coerce.number().int().min(0).max(65_535),
    SMTP_USER: z.string().min(1),
    SMTP_PASSWORD: z.string().min(1),
  })
  .parse(process.env);

const sandbox = await startSandbox({
  smtpPort: config.SMTP_PORT,
  httpPort: config.HTTP_PORT,
  user: config.SMTP_USER,
  password: config.SMTP_PASSWORD,
});
console.log(`SMTP on 127.0.0.1:${sandbox.smtpPort}, page on http://localhost:${sandbox.httpPort}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox.close());
