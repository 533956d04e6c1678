import type { ProblemError } from '@ticketaka/platform/client';
import { type Problem, problem } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';

/** Auth's verdict on a new password, passed on with its reason. */
export function passwordProblem(error: ProblemError): Problem | undefined {
  if (error.code !== 'password_too_weak') return undefined;
  const { reason } = error.extensions;
  const extensions = typeof reason === 'string' ? { reason } : {};
  return problem(errors, 'password_too_weak', {
    ...(error.detail !== undefined && { detail: error.detail }),
    extensions,
    cause: error,
  });
}
