import type { z } from 'zod';
import type { PublishedModel } from './published-model.ts';

/** A model of a kind that no package has one for: the fields that we set, written down, and no others. */
export function writtenModel(apiVersion: string, kind: string, schema: z.ZodObject): PublishedModel {
  return {
    apiVersion,
    kind,
    prototype: {
      validate() {
        const result = schema.safeParse(this);
        if (result.success) return;
        const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
        throw new Error(problems.join('; '));
      },
    },
  };
}
