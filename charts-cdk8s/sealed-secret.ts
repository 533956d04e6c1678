import { z } from 'zod';

/**
 * The part of bitnami.com/v1alpha1 SealedSecret that we use, as its CRD says it; no package that we have publishes its
 * model. A value starts with the length of its encrypted session key, 512 bytes: what does not was never sealed, and its
 * message must not repeat it.
 * @see https://github.com/bitnami/sealed-secrets
 */

const words = z.record(z.string(), z.string());
const sealedValue = z.string().regex(/^Ag[A-D][A-Za-z0-9+/]{680,}={0,2}$/, 'is not sealed');

export const sealedSecretSchema = z.strictObject({
  apiVersion: z.literal('bitnami.com/v1alpha1'),
  kind: z.literal('SealedSecret'),
  metadata: z.strictObject({
    name: z.string(),
    namespace: z.string(),
    labels: words.optional(),
    annotations: words.optional(),
  }),
  spec: z.strictObject({
    encryptedData: z.record(z.string(), sealedValue),
    template: z.strictObject({
      type: z.literal('Opaque').optional(),
      metadata: z
        .strictObject({ name: z.string().optional(), labels: words.optional(), annotations: words.optional() })
        .optional(),
      data: words.optional(),
    }),
  }),
});

export type ISealedSecret = z.input<typeof sealedSecretSchema>;
