import { defineErrors } from '@ticketaka/platform/contract';

export const errors = defineErrors({
  invalid_credentials: {
    status: 401,
    title: {
      en: 'The e-mail address or the password is not right',
      ko: '이메일 주소 또는 비밀번호가 올바르지 않습니다',
    },
  },
  session_ended: {
    status: 401,
    title: { en: 'Your session has ended, sign in again', ko: '세션이 종료되었습니다. 다시 로그인하세요' },
  },
  wrong_password: {
    status: 403,
    title: { en: 'The current password is not right', ko: '현재 비밀번호가 올바르지 않습니다' },
  },
  account_not_found: {
    status: 404,
    title: { en: 'There is no such account', ko: '계정을 찾을 수 없습니다' },
  },
  session_not_found: {
    status: 404,
    title: { en: 'There is no such session', ko: '세션을 찾을 수 없습니다' },
  },
  email_taken: {
    status: 409,
    title: { en: 'This e-mail address has an account already', ko: '이미 가입된 이메일 주소입니다' },
  },
  account_exists: {
    status: 409,
    title: {
      en: 'This member has an account with another e-mail address',
      ko: '다른 이메일 주소의 계정이 이미 있는 회원입니다',
    },
  },
  password_too_weak: {
    status: 422,
    title: { en: 'Choose another password', ko: '다른 비밀번호를 선택하세요' },
  },
});
