/**
 * Errors of https://docs.tosspayments.com/reference/error-codes that end the matter. Any other says nothing of the
 * outcome: to take a capture for a decline would let the buyer pay twice.
 */
const declines = new Set([
  'BELOW_MINIMUM_AMOUNT',
  'EXCEED_MAX_AMOUNT',
  'EXCEED_MAX_AUTH_COUNT',
  'EXCEED_MAX_CARD_INSTALLMENT_PLAN',
  'EXCEED_MAX_DAILY_PAYMENT_COUNT',
  'EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT',
  'EXCEED_MAX_ONE_DAY_AMOUNT',
  'EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT',
  'EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT',
  'EXCEED_MAX_PAYMENT_AMOUNT',
  'EXCEED_MAX_PAYMENT_MONEY',
  'INVALID_ACCOUNT_INFO_RE_REGISTER',
  'INVALID_AUTHORIZE_AUTH',
  'INVALID_BIRTH_DAY_FORMAT',
  'INVALID_CARD_EXPIRATION',
  'INVALID_CARD_IDENTITY',
  'INVALID_CARD_INSTALLMENT_AMOUNT_POLICY',
  'INVALID_CARD_INSTALLMENT_PLAN',
  'INVALID_CARD_LOST_OR_STOLEN',
  'INVALID_CARD_NUMBER',
  'INVALID_CARD_PASSWORD',
  'INVALID_PASSWORD',
  'INVALID_REJECT_CARD',
  'INVALID_REQUEST',
  'INVALID_STOPPED_CARD',
  'INVALID_UNREGISTERED_SUBMALL',
  'NOT_ALLOWED_POINT_USE',
  'NOT_AVAILABLE_PAYMENT',
  'NOT_FOUND_PAYMENT',
  'NOT_FOUND_PAYMENT_SESSION',
  'NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT',
  'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN',
  'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
  'PAY_PROCESS_ABORTED',
  'PAY_PROCESS_CANCELED',
  'REJECT_ACCOUNT_PAYMENT',
  'REJECT_CARD_COMPANY',
  'REJECT_CARD_PAYMENT',
  'REJECT_TOSSPAY_INVALID_ACCOUNT',
  'RESTRICTED_TRANSFER_ACCOUNT',
]);

/** Errors of a cancel that no repetition will change. `ALREADY_CANCELED_PAYMENT` may be the work of our own attempt. */
const refusals = new Set([
  'ALREADY_CANCELED_PAYMENT',
  'ALREADY_REFUND_PAYMENT',
  'EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT',
  'EXCEED_CANCEL_LIMIT',
  'EXCEED_MAX_REFUND_DUE',
  'INVALID_REFUND_ACCOUNT_INFO',
  'INVALID_REFUND_ACCOUNT_NUMBER',
  'INVALID_REQUEST',
  'NOT_ALLOWED_PARTIAL_REFUND',
  'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT',
  'NOT_CANCELABLE_AMOUNT',
  'NOT_CANCELABLE_PAYMENT',
  'NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER',
  'NOT_FOUND_PAYMENT',
  'REFUND_REJECTED',
]);

/** Our own configuration is wrong: somebody has to look at it. */
const misconfigurations = new Set([
  'FORBIDDEN_REQUEST',
  'INCORRECT_BASIC_AUTH_FORMAT',
  'INVALID_API_KEY',
  'UNAUTHORIZED_KEY',
]);

export function isDecline({ status, code }: { readonly status: number; readonly code: string }): boolean {
  return isAboutRequest(status) && declines.has(code);
}

export function isRefusal({ status, code }: { readonly status: number; readonly code: string }): boolean {
  return isAboutRequest(status) && refusals.has(code);
}

export function isMisconfiguration(code: string): boolean {
  return misconfigurations.has(code);
}

function isAboutRequest(status: number): boolean {
  return status >= 400 && status < 500;
}
