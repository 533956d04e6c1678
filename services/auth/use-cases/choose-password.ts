import { problem } from '@ticketaka/platform/http';
import { isCommonPassword } from '../domain/common-passwords.ts';
import { normalisePassword, weaknessOf } from '../domain/password-rules.ts';
import { errors } from '../errors.ts';
import type { WeakPasswordReason } from '../schemas.ts';

const why: Record<WeakPasswordReason, { en: string; ko: string }> = {
  too_short: { en: 'A password has at least 10 characters', ko: '비밀번호는 10자 이상이어야 합니다' },
  too_long: { en: 'A password has at most 128 characters', ko: '비밀번호는 128자 이하여야 합니다' },
  common: {
    en: 'This is one of the passwords that are guessed first',
    ko: '너무 흔히 쓰이는 비밀번호입니다',
  },
  contains_address: {
    en: 'A password must not contain your e-mail address',
    ko: '비밀번호에 이메일 주소를 넣을 수 없습니다',
  },
};

/**
 * The password as it is hashed.
 * @throws Problem password_too_weak, whose `reason` says why
 */
export function choosePassword(password: string, email: string): string {
  const normal = normalisePassword(password);
  const reason = weaknessOf({ password: normal, email, isCommon: isCommonPassword });
  if (reason) throw problem(errors, 'password_too_weak', { detail: why[reason], extensions: { reason } });
  return normal;
}
