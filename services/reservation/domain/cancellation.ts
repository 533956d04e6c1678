import type { CancellationPolicy, FeeWindow } from '@ticketaka/performances/api';
import { bookingFeeOf } from './prices.ts';
import { dayNumberInSeoul, instantInSeoul, weekdayOf } from './seoul-date.ts';

const saturday = 6;

export interface GivenBack {
  readonly id: string;
  /** Won, without the booking fee. */
  readonly price: number;
}

export interface CancellationRequest {
  readonly policy: CancellationPolicy;
  readonly sessionStartsAt: Date;
  /** Whether the session was moved after it was booked: it is not what they bought. @default false */
  readonly rescheduled?: boolean;
  readonly bookedAt: Date;
  readonly now: Date;
  /** Those to be given back: all of a reservation, or some. */
  readonly tickets: readonly GivenBack[];
  /** Won that were paid for each ticket that is not free. */
  readonly bookingFeePerTicket: number;
}

export interface TicketQuote extends GivenBack {
  /** Won that are kept for giving it back. */
  readonly fee: number;
  readonly bookingFeeBack: number;
  readonly refund: number;
}

export interface CancellationQuote {
  readonly ok: true;
  readonly tickets: readonly TicketQuote[];
  /** Sum of the fees of the tickets. */
  readonly fee: number;
  readonly bookingFee: 'back' | 'kept';
  readonly bookingFeeBack: number;
  /** All that is paid back. */
  readonly refund: number;
  /** The last instant at which they can be given back, though not for this fee; null when the organiser cancelled. */
  readonly possibleUntil: Date | null;
}

export interface CancellationRefusal {
  readonly ok: false;
  readonly code: 'not_cancellable';
  readonly reason: 'policy_none' | 'session_past' | 'day_of_session' | 'after_deadline';
}

/** What a buyer gets back for tickets. Days are calendar days in Asia/Seoul, amounts whole won. */
export function quoteCancellation(request: CancellationRequest): CancellationQuote | CancellationRefusal {
  const { policy, sessionStartsAt, bookedAt, now } = request;
  const sessionDay = dayNumberInSeoul(sessionStartsAt);
  const today = dayNumberInSeoul(now);
  const daysBefore = sessionDay - today;
  if (now > sessionStartsAt) return refusal('session_past');
  if (request.rescheduled) return { ...quoteFullRefund(request), possibleUntil: sessionStartsAt };
  if (policy.deadline === null) return refusal('policy_none');
  const possibleUntil = deadlineOf(policy.deadline, sessionDay);
  if (daysBefore <= 0) return refusal('day_of_session');
  if (now > possibleUntil) return refusal('after_deadline');
  const bookedDay = dayNumberInSeoul(bookedAt);
  const feeOf = feeOn({ policy, daysBefore, daysAfterBooking: today - bookedDay });
  if (feeOf === undefined) return refusal('policy_none');
  const feeBack = !policy.bookingFeeBackOnBookingDay || today > bookedDay ? 'kept' : 'back';
  return sumUp(request, { feeOf, bookingFee: feeBack, possibleUntil });
}

/** What a buyer gets back when it is not their doing: everything. */
export function quoteFullRefund(
  request: Pick<CancellationRequest, 'tickets' | 'bookingFeePerTicket'>,
): CancellationQuote {
  return sumUp(request, { feeOf: () => 0, bookingFee: 'back', possibleUntil: null });
}

function refusal(reason: CancellationRefusal['reason']): CancellationRefusal {
  return { ok: false, code: 'not_cancellable', reason };
}

/** The stated minute itself is still in time. */
function deadlineOf(deadline: NonNullable<CancellationPolicy['deadline']>, sessionDay: number): Date {
  const dayBefore = sessionDay - 1;
  return instantInSeoul(dayBefore, weekdayOf(dayBefore) === saturday ? deadline.saturday : deadline.otherwise);
}

interface Days {
  readonly policy: CancellationPolicy;
  readonly daysBefore: number;
  readonly daysAfterBooking: number;
}

/** The fee by price; undefined on a day for which the policy names none. */
function feeOn({ policy, daysBefore, daysAfterBooking }: Days): ((price: number) => number) | undefined {
  const { free, windows } = policy;
  // Being free ends where the show is near: who books nine days before pays the fee of those days from the first minute.
  if (free && daysAfterBooking <= free.daysAfterBooking && daysBefore >= free.whileDaysBefore) return () => 0;
  const window = windows.find(
    ({ fromDaysBefore, toDaysBefore }) => daysBefore >= toDaysBefore && daysBefore <= (fromDaysBefore ?? Infinity),
  );
  return window && ((price) => feeOfWindow(window, price));
}

/**
 * Rounded down to whole won for each ticket: the percentage is the most that may be kept, so no fraction of a won may go
 * beyond it, and giving back tickets one by one costs the same as all at once.
 */
function feeOfWindow({ won, percent }: FeeWindow, price: number): number {
  const most = percent === undefined ? price : Math.floor((price * percent) / 100);
  return Math.min(won ?? most, most);
}

interface Terms {
  readonly feeOf: (price: number) => number;
  readonly bookingFee: CancellationQuote['bookingFee'];
  readonly possibleUntil: Date | null;
}

function sumUp(
  { tickets, bookingFeePerTicket }: Pick<CancellationRequest, 'tickets' | 'bookingFeePerTicket'>,
  { feeOf, bookingFee, possibleUntil }: Terms,
): CancellationQuote {
  const quoted = tickets.map(({ id, price }) => {
    const fee = feeOf(price);
    const bookingFeeBack = bookingFee === 'back' ? bookingFeeOf(price, bookingFeePerTicket) : 0;
    return { id, price, fee, bookingFeeBack, refund: price - fee + bookingFeeBack };
  });
  const total = (key: 'fee' | 'bookingFeeBack' | 'refund') => quoted.reduce((sum, ticket) => sum + ticket[key], 0);
  return {
    ok: true,
    tickets: quoted,
    fee: total('fee'),
    bookingFee,
    bookingFeeBack: total('bookingFeeBack'),
    refund: total('refund'),
    possibleUntil,
  };
}
