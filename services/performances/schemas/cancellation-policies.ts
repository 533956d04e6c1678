import type { Text } from '@ticketaka/platform/contract';

/** What giving back a ticket costs in one span of days. */
export interface FeeWindow {
  /** Days until the day of the session, in Asia/Seoul: from the larger to the smaller, both inclusive. */
  readonly fromDaysBefore: number | null;
  readonly toDaysBefore: number;
  /** Of the ticket's price. */
  readonly percent?: number;
  /** Won per ticket, at most `percent` of its price. */
  readonly won?: number;
}

export interface CancellationPolicy {
  readonly name: Text;
  /**
   * Free within so many days after the booking, as long as the session is at least `whileDaysBefore` days away. Null when
   * nothing is free.
   */
  readonly free: { readonly daysAfterBooking: number; readonly whileDaysBefore: number } | null;
  readonly windows: readonly FeeWindow[];
  /** Until when on the day before, by the weekday of that day; none means that it cannot be given back. */
  readonly deadline: { readonly otherwise: string; readonly saturday: string } | null;
  /** The booking fee comes back only on the day of the booking. */
  readonly bookingFeeBackOnBookingDay: boolean;
}

const lastDays: readonly FeeWindow[] = [
  { fromDaysBefore: 9, toDaysBefore: 7, percent: 10 },
  { fromDaysBefore: 6, toDaysBefore: 3, percent: 20 },
  { fromDaysBefore: 2, toDaysBefore: 1, percent: 30 },
];
const usual = {
  free: { daysAfterBooking: 7, whileDaysBefore: 10 },
  deadline: { otherwise: '17:00', saturday: '11:00' },
  bookingFeeBackOnBookingDay: true,
} as const;

/**
 * What performances refer to by name. The windows are those that Korean box offices publish (jcac.kr, jollyday.co.kr,
 * juksi.co.kr); nothing can be given back on the day of the session.
 */
export const cancellationPolicies = {
  standard: {
    ...usual,
    name: { en: 'Concerts, musicals and classical music', ko: '콘서트·뮤지컬·클래식' },
    windows: [{ fromDaysBefore: null, toDaysBefore: 10, won: 4000, percent: 10 }, ...lastDays],
  },
  play: {
    ...usual,
    name: { en: 'Plays and exhibitions', ko: '연극·전시' },
    windows: [{ fromDaysBefore: null, toDaysBefore: 10, won: 2000, percent: 10 }, ...lastDays],
  },
  none: {
    name: { en: 'Cannot be given back', ko: '취소 불가' },
    free: null,
    windows: [],
    deadline: null,
    bookingFeeBackOnBookingDay: false,
  },
} as const satisfies Readonly<Record<string, CancellationPolicy>>;
