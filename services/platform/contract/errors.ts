/** A sentence in both languages of the product. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

/** One row of a service's error table: what a caller can act on. */
export interface ErrorSpec {
  /** HTTP status, 400 to 599. */
  readonly status: number;
  readonly title: Text;
}

export type ErrorTable = Readonly<Record<string, ErrorSpec>>;

/** Types an error table so that routes can name only codes that exist. */
export function defineErrors<const E extends ErrorTable>(table: E): E {
  return table;
}

/** The errors that the platform itself answers with; every route may give them. */
export const platformErrors = defineErrors({
  invalid_request: { status: 400, title: { en: 'The request is not valid', ko: '요청이 올바르지 않습니다' } },
  idempotency_key_missing: {
    status: 400,
    title: { en: 'This request needs an Idempotency-Key header', ko: 'Idempotency-Key 헤더가 필요합니다' },
  },
  unauthenticated: { status: 401, title: { en: 'Sign in to do this', ko: '로그인이 필요합니다' } },
  forbidden: { status: 403, title: { en: 'You may not do this', ko: '권한이 없습니다' } },
  not_found: { status: 404, title: { en: 'There is nothing here', ko: '찾을 수 없습니다' } },
  method_not_allowed: {
    status: 405,
    title: { en: 'This method is not allowed here', ko: '허용되지 않은 메서드입니다' },
  },
  idempotency_in_progress: {
    status: 409,
    title: { en: 'The first request with this key is still running', ko: '같은 키의 요청을 처리하는 중입니다' },
  },
  payload_too_large: { status: 413, title: { en: 'The request body is too large', ko: '요청 본문이 너무 큽니다' } },
  unsupported_media_type: {
    status: 415,
    title: { en: 'The request body has another media type', ko: '요청 본문의 형식을 받을 수 없습니다' },
  },
  idempotency_key_reused: {
    status: 422,
    title: { en: 'This key was used for another request', ko: '다른 요청에 이미 사용된 키입니다' },
  },
  too_many_requests: {
    status: 429,
    title: { en: 'Too many tries, wait a moment', ko: '시도가 너무 많습니다. 잠시 후 다시 시도하세요' },
  },
  internal_error: { status: 500, title: { en: 'Something went wrong on our side', ko: '서버에 문제가 생겼습니다' } },
  unavailable: {
    status: 503,
    title: { en: 'Not available right now, try again soon', ko: '지금은 이용할 수 없습니다. 잠시 후 다시 시도하세요' },
  },
});

export type PlatformErrorCode = keyof typeof platformErrors;
