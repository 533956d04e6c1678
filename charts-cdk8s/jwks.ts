import { z } from 'zod';

// Strict, so that a private part, or a symmetric key, can never be rendered into a manifest.
const publicKey = z.strictObject({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  use: z.literal('sig').optional(),
  alg: z.literal('RS256').optional(),
  n: z.string().min(342, 'is shorter than 2048 bits'),
  e: z.string().min(1),
});

const jwksSchema = z
  .strictObject({ keys: z.array(publicKey) })
  .refine(({ keys }) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'two keys have one kid');

/** Public RSA keys that access tokens are checked with (RFC 7517). */
export type PublicJwks = z.output<typeof jwksSchema>;

/**
 * @param source where the keys come from, for the message
 * @throws when it is not a set of public RSA keys; the message never quotes a key
 */
export function parseJwks(value: unknown, source: string): PublicJwks {
  const parsed = jwksSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${source} is not a set of public RSA keys: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}
