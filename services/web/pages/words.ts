import type { Text } from '@ticketaka/platform/contract';

/** What the pages say. */
export const words = {
  title: { en: 'Ticketaka', ko: '티켓타카' },
  about: {
    en: 'Tickets for concerts, musicals and plays, booked fairly and never twice.',
    ko: '콘서트, 뮤지컬, 연극 티켓을 공정하게, 중복 없이 예매합니다.',
  },
  everyApi: { en: 'Read and try every API', ko: '모든 API 보기와 실행' },
  document: { en: 'OpenAPI document', ko: 'OpenAPI 문서' },
  running: { en: 'What runs here', ko: '실행 중인 서비스' },
  otherLanguage: { en: '한국어', ko: 'English' },
} as const satisfies Readonly<Record<string, Text>>;
