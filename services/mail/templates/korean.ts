import { code, note, paragraph } from './content.ts';
import { koreanReservations } from './korean-reservations.ts';
import type { Words } from './words.ts';

const dateTime = new Intl.DateTimeFormat('ko-KR', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Seoul' });

export const korean: Words = {
  'verification-code': (given) => ({
    subject: given.purpose === 'sign-up' ? 'Ticketaka 가입 인증번호' : 'Ticketaka 비밀번호 재설정 인증번호',
    heading: given.purpose === 'sign-up' ? '이메일 주소를 확인해 주세요' : '비밀번호를 다시 설정해 주세요',
    blocks: [
      paragraph('아래 인증번호 6자리를 화면에 입력해 주세요.'),
      code(given.code),
      paragraph(`인증번호는 ${given.expiresInMinutes}분 동안만 사용할 수 있습니다.`),
      note('직접 요청하지 않으셨다면 이 메일을 무시하셔도 됩니다. 인증번호를 누구에게도 알려 주지 마세요.'),
    ],
  }),
  'account-exists': () => ({
    subject: 'Ticketaka에 이미 가입되어 있습니다',
    heading: '이미 가입된 이메일 주소입니다',
    blocks: [
      paragraph('이 이메일 주소로 회원 가입이 요청되었지만, 이미 가입된 계정이 있습니다.'),
      paragraph('로그인해 주세요. 비밀번호가 기억나지 않으면 로그인 화면에서 다시 설정하실 수 있습니다.'),
      note('직접 요청하지 않으셨다면 이 메일을 무시하셔도 됩니다. 계정은 그대로입니다.'),
    ],
  }),
  welcome: (given) => ({
    subject: 'Ticketaka에 오신 것을 환영합니다',
    heading: `${given.memberName}님, 환영합니다`,
    blocks: [
      paragraph('회원 가입이 완료되었습니다.'),
      paragraph('이제 보고 싶은 공연을 찾아 좌석을 고르고 예매하실 수 있습니다.'),
    ],
  }),
  'password-changed': (given) => ({
    subject: 'Ticketaka 비밀번호가 변경되었습니다',
    heading: '비밀번호가 변경되었습니다',
    blocks: [
      paragraph(`${dateTime.format(new Date(given.changedAt))}(한국 시간)에 계정의 비밀번호가 변경되었습니다.`),
      note('직접 변경하지 않으셨다면 로그인 화면에서 바로 비밀번호를 다시 설정해 주세요.'),
    ],
  }),
  'withdrawal-confirmed': (given) => ({
    subject: 'Ticketaka 회원 탈퇴가 완료되었습니다',
    heading: `${given.memberName}님, 그동안 감사했습니다`,
    blocks: [
      paragraph('회원 탈퇴가 완료되어 개인정보를 삭제했습니다.'),
      paragraph('법령에 따라 보관해야 하는 거래 기록은 정해진 기간 동안 따로 보관한 뒤 삭제합니다.'),
    ],
  }),
  ...koreanReservations,
  attached: (file) => `첨부 파일: ${file}`,
  footer: '발신 전용 메일입니다. 이 주소로 회신하셔도 답변을 드릴 수 없습니다.',
};
