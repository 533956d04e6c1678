import { z } from 'zod';

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const address = z.email();

/** A mailbox as in a header: `Ticketaka <no-reply@ticketaka.example>`, or the address alone. For configuration. */
export const mailbox = z.string().transform((text, context): Mailbox => {
  const [, name = '', inBrackets] = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  const parsed = address.safeParse(inBrackets ?? text.trim());
  if (parsed.success) return { name, address: parsed.data };
  context.addIssue({ code: 'custom', message: 'must look like Name <name@host>' });
  return z.NEVER;
});
