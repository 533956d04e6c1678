import { access, defineApi, noContent } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { errors } from './errors.ts';
import {
  AccessToken,
  Account,
  AccountIds,
  AccountList,
  Credentials,
  Jwks,
  Lock,
  memberId,
  NewAccount,
  PasswordChange,
  PasswordReset,
  RefreshCookie,
  RoleSet,
  SessionList,
} from './schemas.ts';

export { emailAddress, newPassword, type WeakPasswordReason, weakPasswordReasons } from './schemas.ts';

const ofMember = z.object({ memberId });

/** Credentials, sessions and signing keys. */
export const api = defineApi({
  service: 'auth',
  base: '/api/auth',
  title: 'Ticketaka auth',
  errors,
  routes: {
    login: {
      method: 'POST',
      path: '/login',
      access: access.public(),
      summary: 'Sign in',
      description:
        'Answers with an access token, and sets the refresh token as an HttpOnly cookie. Unknown address, wrong ' +
        'password and locked account get the same answer. Too many tries: 429 with Retry-After.',
      body: Credentials,
      responses: { 200: AccessToken },
      errors: ['invalid_credentials', 'too_many_requests'],
    },
    refresh: {
      method: 'POST',
      path: '/refresh',
      access: access.public(),
      summary: 'Get a new access token',
      description:
        'Takes the refresh token from its cookie and replaces it. A refresh token works once; the same one again ' +
        'within 10 seconds is another tab of the same browser, later it is a stolen one and ends the session.',
      cookies: RefreshCookie,
      responses: { 200: AccessToken },
      errors: ['session_ended', 'too_many_requests'],
    },
    logout: {
      method: 'POST',
      path: '/logout',
      access: access.public(),
      summary: 'End this session',
      description: 'Also without a session, or with one that has ended: the answer and the result are the same.',
      cookies: RefreshCookie,
      responses: { 204: noContent },
    },
    listSessions: {
      method: 'GET',
      path: '/sessions',
      access: access.member(),
      summary: 'Where you are signed in',
      responses: { 200: SessionList },
    },
    endSession: {
      method: 'DELETE',
      path: '/sessions/{sessionId}',
      access: access.member(),
      summary: 'Sign out one of your devices',
      description: 'Its refresh token stops at once; an access token that it already has lives out its 15 minutes.',
      params: z.object({ sessionId: z.uuid() }),
      responses: { 204: noContent },
      errors: ['session_not_found'],
    },
    jwks: {
      method: 'GET',
      base: '',
      path: '/.well-known/jwks.json',
      access: access.public(),
      summary: 'Public keys of access tokens',
      description: 'May be kept for a minute. A key is here before it signs, until its last token has expired.',
      responses: { 200: Jwks },
    },
    createAccount: {
      method: 'PUT',
      path: '/internal/accounts/{memberId}',
      access: access.internal(),
      summary: 'Create the account of a new member',
      description:
        'May be repeated with the same id and address: it creates nothing twice. Until the first login a repeat ' +
        'also sets the password, so that a sign-up which broke in the middle can be finished with another one.',
      params: ofMember,
      body: NewAccount,
      responses: { 200: Account },
      errors: ['email_taken', 'account_exists', 'password_too_weak'],
    },
    getAccount: {
      method: 'GET',
      path: '/internal/accounts/{memberId}',
      access: access.internal(),
      summary: 'Read an account',
      params: ofMember,
      responses: { 200: Account },
      errors: ['account_not_found'],
    },
    findAccounts: {
      method: 'POST',
      path: '/internal/accounts/batch',
      access: access.internal(),
      summary: 'Read many accounts',
      body: AccountIds,
      responses: { 200: AccountList },
    },
    changePassword: {
      method: 'POST',
      path: '/internal/accounts/{memberId}/password',
      access: access.internal(),
      summary: 'Change the password of a member who knows the current one',
      description:
        'Ends every session but that of `tokenId`. May be repeated for ten minutes, in case the answer was lost. ' +
        'Too many wrong tries: 429 with Retry-After.',
      params: ofMember,
      body: PasswordChange,
      responses: { 204: noContent },
      errors: ['account_not_found', 'wrong_password', 'password_too_weak', 'too_many_requests'],
    },
    resetPassword: {
      method: 'PUT',
      path: '/internal/accounts/{memberId}/password',
      access: access.internal(),
      summary: 'Set a new password for a member who proved the address',
      description: 'Ends every session. A lock by an admin stays.',
      params: ofMember,
      body: PasswordReset,
      responses: { 204: noContent },
      errors: ['account_not_found', 'password_too_weak'],
    },
    setRoles: {
      method: 'PUT',
      path: '/internal/accounts/{memberId}/roles',
      access: access.internal(),
      summary: 'Replace the roles of a member',
      description: 'Access tokens that are out already keep the old roles for up to 15 minutes.',
      params: ofMember,
      body: RoleSet,
      responses: { 200: Account },
      errors: ['account_not_found'],
    },
    setLock: {
      method: 'PUT',
      path: '/internal/accounts/{memberId}/lock',
      access: access.internal(),
      summary: 'Lock an account, or unlock it',
      description: 'A lock ends every session, and lets nobody sign in until it is taken off.',
      params: ofMember,
      body: Lock,
      responses: { 200: Account },
      errors: ['account_not_found'],
    },
  },
});
