import { defineErrors } from '@ticketaka/platform/contract';

export const errors = defineErrors({
  performance_not_found: {
    status: 404,
    title: { en: 'There is no such performance', ko: '공연을 찾을 수 없습니다' },
  },
  session_not_found: { status: 404, title: { en: 'There is no such session', ko: '회차를 찾을 수 없습니다' } },
  venue_not_found: { status: 404, title: { en: 'There is no such venue', ko: '공연장을 찾을 수 없습니다' } },
  hall_not_found: { status: 404, title: { en: 'There is no such hall', ko: '홀을 찾을 수 없습니다' } },
  seat_map_not_found: { status: 404, title: { en: 'There is no such seat map', ko: '좌석 배치도를 찾을 수 없습니다' } },
  poster_not_found: { status: 404, title: { en: 'There is no such poster', ko: '포스터를 찾을 수 없습니다' } },
  reject_not_found: { status: 404, title: { en: 'There is no such reject', ko: '거부된 항목을 찾을 수 없습니다' } },
  run_not_found: { status: 404, title: { en: 'There is no such run', ko: '수집 기록을 찾을 수 없습니다' } },
  if_match_missing: {
    status: 428,
    title: { en: 'Say in If-Match which version you are changing', ko: 'If-Match 헤더로 수정할 버전을 알려 주세요' },
  },
  changed_meanwhile: {
    status: 412,
    title: {
      en: 'Somebody changed this meanwhile, load it again',
      ko: '그동안 내용이 바뀌었습니다. 다시 불러와 주세요',
    },
  },
  seat_map_invalid: {
    status: 422,
    title: { en: 'The seat map has faults', ko: '좌석 배치도에 오류가 있습니다' },
  },
  seat_map_in_use: {
    status: 409,
    title: { en: 'Sessions use this seat map, make a new one', ko: '사용 중인 좌석 배치도입니다. 새로 만들어 주세요' },
  },
  seat_map_on_sale: {
    status: 409,
    title: {
      en: 'The sale has begun, and its seats stay those that they are',
      ko: '판매가 시작된 회차의 좌석 배치도는 바꿀 수 없습니다',
    },
  },
  prices_incomplete: {
    status: 422,
    title: { en: 'Each seat needs exactly one price', ko: '모든 좌석에 가격이 하나씩 있어야 합니다' },
  },
  session_clashes: {
    status: 409,
    title: { en: 'The hall is taken at that time', ko: '그 시간에는 홀이 사용 중입니다' },
  },
  performance_cancelled: {
    status: 409,
    title: { en: 'This performance was cancelled', ko: '취소된 공연입니다' },
  },
  session_cancelled: { status: 409, title: { en: 'This session was cancelled', ko: '취소된 회차입니다' } },
  session_past: {
    status: 409,
    title: { en: 'This session is past', ko: '이미 지난 회차입니다' },
  },
  session_outside_dates: {
    status: 422,
    title: {
      en: 'A session is outside the dates of the performance',
      ko: '공연 기간을 벗어난 회차가 있습니다',
    },
  },
  sale_windows_invalid: {
    status: 422,
    title: { en: 'The sale windows do not fit the session', ko: '판매 기간이 회차와 맞지 않습니다' },
  },
  has_sessions: {
    status: 409,
    title: {
      en: 'Its sessions are at this venue, cancel them first',
      ko: '이 공연장의 회차를 먼저 취소해 주세요',
    },
  },
  image_invalid: {
    status: 422,
    title: { en: 'This is not an image that we can show', ko: '표시할 수 없는 이미지입니다' },
  },
  sessions_full: {
    status: 409,
    title: { en: 'This performance has as many sessions as one may have', ko: '회차를 더 추가할 수 없습니다' },
  },
  posters_full: {
    status: 409,
    title: { en: 'There are as many posters as there may be', ko: '포스터를 더 올릴 수 없습니다' },
  },
  run_in_progress: {
    status: 409,
    title: { en: 'The collector is already running', ko: '수집이 이미 진행 중입니다' },
  },
});
