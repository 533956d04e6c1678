import { defineErrors } from '@ticketaka/platform/contract';

export const errors = defineErrors({
  session_not_found: { status: 404, title: { en: 'There is no such session', ko: '회차를 찾을 수 없습니다' } },
  hold_not_found: {
    status: 404,
    title: { en: 'This hold has ended, choose seats again', ko: '선점이 끝났습니다. 좌석을 다시 선택해 주세요' },
  },
  reservation_not_found: {
    status: 404,
    title: { en: 'There is no such reservation', ko: '예매를 찾을 수 없습니다' },
  },
  ticket_not_found: { status: 404, title: { en: 'There is no such ticket', ko: '티켓을 찾을 수 없습니다' } },
  ticket_used: {
    status: 409,
    title: { en: 'Somebody has gone in with this ticket', ko: '이미 입장에 사용된 티켓입니다' },
  },
  seats_invalid: {
    status: 422,
    title: { en: 'Some of these seats cannot be booked', ko: '예매할 수 없는 좌석이 있습니다' },
  },
  grade_unknown: {
    status: 422,
    title: { en: 'This session has no such grade', ko: '이 회차에 없는 등급입니다' },
  },
  seats_taken: {
    status: 409,
    title: { en: 'Somebody else was faster', ko: '이미 선택된 좌석입니다' },
  },
  sold_out: { status: 409, title: { en: 'Sold out', ko: '매진되었습니다' } },
  over_limit: {
    status: 409,
    title: { en: 'You have as many tickets as one person may have', ko: '1인당 예매 가능 매수를 넘었습니다' },
  },
  extended_already: {
    status: 409,
    title: { en: 'A hold can be extended once', ko: '선점 시간은 한 번만 연장할 수 있습니다' },
  },
  not_on_sale_yet: { status: 409, title: { en: 'The sale has not begun yet', ko: '아직 판매 시작 전입니다' } },
  sale_closed: { status: 409, title: { en: 'The sale is over', ko: '판매가 종료되었습니다' } },
  session_past: { status: 409, title: { en: 'This session is over', ko: '지난 회차입니다' } },
  session_cancelled: { status: 409, title: { en: 'This session was cancelled', ko: '취소된 회차입니다' } },
  presale_code_required: {
    status: 403,
    title: { en: 'The presale needs a valid code', ko: '선예매 코드가 필요합니다' },
  },
  too_young: { status: 403, title: { en: 'You are too young for this', ko: '관람 연령에 맞지 않습니다' } },
  pass_required: {
    status: 403,
    title: { en: 'Wait for your turn in the waiting room', ko: '대기열에서 순서를 기다려 주세요' },
  },
  refund_not_found: {
    status: 404,
    title: { en: 'There is no such refused refund', ko: '거절된 환불을 찾을 수 없습니다' },
  },
  draw_not_found: {
    status: 404,
    title: { en: 'There was no draw, or not yet', ko: '추첨 기록이 없습니다' },
  },
  payment_required: {
    status: 422,
    title: { en: 'This hold has to be paid', ko: '결제가 필요합니다' },
  },
  payment_not_needed: {
    status: 422,
    title: { en: 'There is nothing to pay', ko: '결제할 금액이 없습니다' },
  },
  payment_declined: {
    status: 402,
    title: { en: 'The payment was declined', ko: '결제가 승인되지 않았습니다' },
  },
  not_cancellable: {
    status: 409,
    title: { en: 'This cannot be cancelled', ko: '취소할 수 없습니다' },
  },
  quote_changed: {
    status: 409,
    title: { en: 'The refund is another by now, look at it again', ko: '환불 금액이 바뀌었습니다. 다시 확인해 주세요' },
  },
  recipient_not_found: {
    status: 422,
    title: { en: 'There is no such member', ko: '받는 회원을 찾을 수 없습니다' },
  },
  cancellation_not_found: {
    status: 404,
    title: { en: 'This session was not called off', ko: '취소되지 않은 회차입니다' },
  },
  not_sold_out: {
    status: 409,
    title: { en: 'There are seats: book them', ko: '예매할 수 있는 좌석이 있습니다' },
  },
  not_waiting: { status: 404, title: { en: 'You are not in this waitlist', ko: '예매 대기 내역이 없습니다' } },
  waiting_already: {
    status: 409,
    title: {
      en: 'You are waiting for other seats of this session; leave the waitlist first',
      ko: '이 회차에 다른 예매 대기가 있습니다. 먼저 취소해 주세요',
    },
  },
  offer_ended: {
    status: 409,
    title: { en: 'This offer has ended', ko: '좌석을 맡아 둔 시간이 지났습니다' },
  },
  not_yours: { status: 403, title: { en: 'This belongs to another organiser', ko: '다른 주최자의 공연입니다' } },
});
