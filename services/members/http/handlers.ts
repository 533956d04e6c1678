import type { Handlers } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { adminHandlers } from './admin.ts';
import type { Deps } from './deps.ts';
import { meHandlers } from './me.ts';
import { passwordResetHandlers } from './password-reset.ts';
import { signUpHandlers } from './sign-up.ts';

export function handlers(deps: Deps): Handlers<typeof api> {
  return { ...signUpHandlers(deps), ...meHandlers(deps), ...passwordResetHandlers(deps), ...adminHandlers(deps) };
}
