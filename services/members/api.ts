import { emailAddress as email, newPassword as password } from '@ticketaka/auth/api';
import { access, defineApi, defineMessage, noContent, roles } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { errors } from './errors.ts';

/** Compared as text with the id in the token, so it is written in one way. */
const memberId = z
  .uuid()
  .toLowerCase()
  .meta({ description: 'Id of a member', examples: ['0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e'] });
const code = z
  .string()
  .regex(/^\d{6}$/)
  .meta({ description: 'The six digits from the mail, leading zeros included', examples: ['042917'] });
const ticket = z
  .string()
  .min(1)
  .max(512)
  .meta({ description: 'Proof that the address was verified', examples: ['vt_8f0c2f0d6a1b4a6f9d0e'] });
const locale = z.enum(['ko', 'en']).meta({ description: 'Language of the mails' });
/** Composed, so that whoever searches for it types the same; and whole characters only. */
const name = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1)
  .max(50)
  .refine((given) => given.isWellFormed(), 'has half a character in it')
  .meta({ examples: ['김지우'] });
const birthDate = z.iso.date().meta({ description: 'Day of birth', examples: ['1994-03-21'] });
const pastDate = birthDate.refine((day) => Date.parse(day) <= Date.now(), 'is in the future');
const phone = z
  .string()
  .transform((given) => given.replaceAll(/[\s-]/g, ''))
  .pipe(z.string().regex(/^(?:0\d{8,10}|\+[1-9]\d{6,14})$/))
  .meta({
    description: 'Korean number, or international with a plus; spaces and hyphens are dropped',
    examples: ['010-1234-5678'],
  });

export const Member = z
  .object({
    id: memberId,
    email: z.email(),
    name: z.string(),
    birthDate: z.iso.date(),
    phone: z.string(),
    locale,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Member' });

/** What an admin sees: the person, and what auth knows of the account. */
export const MemberRecord = Member.extend({
  roles: z.array(z.enum(roles)),
  locked: z.boolean(),
}).meta({ id: 'MemberRecord' });

const CodeSent = z
  .object({
    expiresInSeconds: z.int().meta({ examples: [300] }),
    resendAfterSeconds: z.int().meta({ examples: [60] }),
  })
  .meta({ id: 'CodeSent', description: 'The same whether or not the address is known' });
const Ticket = z.object({ ticket, expiresInSeconds: z.int() }).meta({ id: 'Ticket' });
const CodeRequest = z.object({ email, locale: locale.default('ko') });
const params = z.object({ memberId });

/** A member left. Whoever keeps something personal of them erases it, except what the law makes one keep. */
export const memberWithdrawn = defineMessage({
  service: 'members',
  type: 'members.withdrawn',
  summary: 'A member left; erase what is personal',
  data: z.object({ memberId, at: z.iso.datetime() }),
});

export const api = defineApi({
  service: 'members',
  base: '/api/members',
  title: 'Members',
  errors,
  routes: {
    requestVerification: {
      method: 'POST',
      path: '/verifications',
      access: access.public(),
      summary: 'Mail a code to an address that wants to sign up',
      description: 'Answers the same for every address. One that is taken gets a mail that says so instead of a code.',
      body: CodeRequest,
      responses: { 202: CodeSent },
      errors: ['too_many_requests'],
    },
    confirmVerification: {
      method: 'POST',
      path: '/verifications/confirm',
      access: access.public(),
      summary: 'Trade the code for a sign-up ticket',
      description: 'A code lives five minutes and five tries.',
      body: z.object({ email, code }),
      responses: { 200: Ticket },
      errors: ['code_wrong', 'too_many_requests'],
    },
    signUp: {
      method: 'POST',
      path: '',
      access: access.public(),
      summary: 'Become a member',
      description: 'Safe to repeat with the same ticket: it is used up only when the member is complete.',
      body: z.object({ ticket, password, name, birthDate: pastDate, phone, locale: locale.default('ko') }),
      responses: { 201: Member },
      errors: ['ticket_invalid', 'password_too_weak', 'already_a_member', 'too_many_requests'],
    },
    getMe: {
      method: 'GET',
      path: '/me',
      access: access.member(),
      summary: 'Read my data',
      responses: { 200: Member },
      errors: ['member_not_found'],
    },
    updateMe: {
      method: 'PATCH',
      path: '/me',
      access: access.member(),
      summary: 'Change my data',
      body: z
        .object({ name, phone, locale })
        .partial()
        .refine((change) => Object.keys(change).length > 0, 'Give at least one field'),
      responses: { 200: Member },
      errors: ['member_not_found'],
    },
    withdraw: {
      method: 'DELETE',
      path: '/me',
      access: access.member(),
      summary: 'Leave, and have my data erased',
      responses: { 204: noContent },
      errors: ['member_not_found'],
    },
    changePassword: {
      method: 'POST',
      path: '/me/password',
      access: access.member(),
      summary: 'Change my password; my other devices are signed out',
      body: z.object({ current: password, next: password }),
      responses: { 204: noContent },
      errors: ['member_not_found', 'wrong_password', 'password_too_weak', 'too_many_requests'],
    },
    requestPasswordReset: {
      method: 'POST',
      path: '/password-resets',
      access: access.public(),
      summary: 'Mail a code to a member who forgot the password',
      description: 'Answers the same for every address; only a member gets a mail.',
      body: CodeRequest,
      responses: { 202: CodeSent },
      errors: ['too_many_requests'],
    },
    confirmPasswordReset: {
      method: 'POST',
      path: '/password-resets/confirm',
      access: access.public(),
      summary: 'Trade the code for a reset ticket',
      body: z.object({ email, code }),
      responses: { 200: Ticket },
      errors: ['code_wrong', 'too_many_requests'],
    },
    resetPassword: {
      method: 'POST',
      path: '/password-resets/complete',
      access: access.public(),
      summary: 'Set a new password with the ticket; every device is signed out',
      body: z.object({ ticket, password }),
      responses: { 204: noContent },
      errors: ['ticket_invalid', 'password_too_weak'],
    },
    searchMembers: {
      method: 'GET',
      path: '',
      access: access.role('admin'),
      summary: 'Search members by name, e-mail or phone',
      query: z.object({
        query: z.string().trim().max(100).optional(),
        limit: z.coerce.number().int().min(1).max(100).default(20),
        cursor: memberId.optional().meta({ description: '`next` of the page before' }),
      }),
      responses: { 200: z.object({ members: z.array(MemberRecord), next: z.string().optional() }) },
    },
    getMember: {
      method: 'GET',
      path: '/{memberId}',
      access: access.role('admin'),
      summary: 'Read one member',
      params,
      responses: { 200: MemberRecord },
      errors: ['member_not_found'],
    },
    setRoles: {
      method: 'PUT',
      path: '/{memberId}/roles',
      access: access.role('admin'),
      summary: 'Give a member exactly these roles, from the next token on',
      params,
      body: z.object({ roles: z.array(z.enum(roles)).max(roles.length) }),
      responses: { 200: MemberRecord },
      errors: ['member_not_found', 'not_yourself'],
    },
    getPerson: {
      method: 'GET',
      path: '/internal/members/{memberId}',
      access: access.internal(),
      summary: 'Who a member is, for a service that sells or writes to them',
      params,
      responses: { 200: Member.omit({ phone: true, createdAt: true }) },
      errors: ['member_not_found'],
    },
    setLock: {
      method: 'PUT',
      path: '/{memberId}/lock',
      access: access.role('admin'),
      summary: 'Lock a member out, or let them in again',
      params,
      body: z.object({ locked: z.boolean() }),
      responses: { 200: MemberRecord },
      errors: ['member_not_found', 'not_yourself'],
    },
  },
});
