import { defineErrors } from '@ticketaka/platform/contract';

export const errors = defineErrors({
  code_wrong: {
    status: 400,
    title: { en: 'This code is wrong or no longer valid', ko: '인증번호가 올바르지 않거나 만료되었습니다' },
  },
  ticket_invalid: {
    status: 400,
    title: { en: 'Verify the e-mail address again', ko: '이메일 인증을 다시 해 주세요' },
  },
  password_too_weak: {
    status: 422,
    title: { en: 'Choose another password', ko: '다른 비밀번호를 사용해 주세요' },
  },
  wrong_password: {
    status: 403,
    title: { en: 'The current password is wrong', ko: '현재 비밀번호가 올바르지 않습니다' },
  },
  already_a_member: {
    status: 409,
    title: { en: 'There is already a member with this address', ko: '이미 가입된 이메일입니다' },
  },
  member_not_found: {
    status: 404,
    title: { en: 'There is no such member', ko: '회원을 찾을 수 없습니다' },
  },
  not_yourself: {
    status: 409,
    title: { en: 'Ask another admin to do this to you', ko: '자신에게는 할 수 없습니다. 다른 관리자에게 요청하세요' },
  },
});
