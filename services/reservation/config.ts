import { z } from 'zod';

const key = z
  .string()
  .regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url')
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')));

/** What every workload of the service is configured with. */
export const config = z.object({
  /** 32 random bytes in base64url each, with commas between: the first signs tickets and passes, all verify. */
  SALE_KEYS: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(key).min(1).max(5)),
  /** `https://api.tosspayments.com` */
  TOSS_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/u, '')),
  TOSS_SECRET_KEY: z.string().min(1),
  /**
   * Holds a second that one replica is trusted with by the waiting room, until it is measured to carry fewer; see
   * docs/benchmarks.md.
   */
  HOLDS_PER_SECOND: z.coerce.number().positive().default(500),
});
export type Config = z.output<typeof config>;
