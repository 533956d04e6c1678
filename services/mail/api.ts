import { defineMessage } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { reservationTemplates } from './schemas/reservations.ts';

/** What an e-mail says: the name of a template and what it needs. The words are the mail service's own. */
const Template = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('verification-code'),
    purpose: z.enum(['sign-up', 'password-reset']),
    code: z.string().regex(/^[0-9]{6}$/),
    expiresInMinutes: z.int().min(1).max(60),
  }),
  /** Somebody, likely the owner, tried to sign up with an address that has an account. */
  z.object({ name: z.literal('account-exists') }),
  z.object({ name: z.literal('welcome'), memberName: z.string().min(1).max(100) }),
  z.object({ name: z.literal('password-changed'), changedAt: z.iso.datetime() }),
  z.object({ name: z.literal('withdrawal-confirmed'), memberName: z.string().min(1).max(100) }),
  ...reservationTemplates,
]);

export type Template = z.output<typeof Template>;

export const Email = z.object({
  to: z.object({ address: z.email().max(254), name: z.string().max(100).optional() }),
  locale: z.enum(['ko', 'en']),
  template: Template,
  /** After this moment the e-mail is not sent any more. */
  validUntil: z.iso.datetime().optional(),
});

export type Email = z.output<typeof Email>;

export const emailAuth = defineMessage({
  service: 'mail',
  type: 'email.auth',
  summary: 'Send an e-mail that somebody waits for in front of the screen: a code',
  data: Email,
});

export const emailRealtime = defineMessage({
  service: 'mail',
  type: 'email.realtime',
  summary: 'Send an e-mail that tells a person about something that has just happened',
  data: Email,
});
