import type { Template } from '../api.ts';
import type { PricedSeat, Show, Ticket } from '../schemas/reservations.ts';

type Of<Name extends Template['name']> = Extract<Template, { name: Name }>;

export const show: Show = {
  title: { ko: '겨울 정원의 햄릿', en: 'Hamlet in the Winter Garden' },
  venue: '한강아트홀',
  hall: '대극장',
  startsAt: '2026-12-24T10:30:00.000Z',
};

export const seat: PricedSeat = {
  seat: { floor: '1', section: 'A구역', row: '3', number: '12' },
  grade: 'VIP',
  price: 150_000,
};
export const place: PricedSeat = { seat: { section: '스탠딩', number: '204' }, grade: 'S', price: 99_000 };

/** As long as reservation's are, and unlike any other. */
export const tokenOf = (unit: number): string =>
  ['h'.repeat(38), Buffer.from(`ticket ${unit}`).toString('base64url').padEnd(54, 'p'), 's'.repeat(86)].join('.');

export const tickets: Ticket[] = [
  { ...seat, token: tokenOf(1) },
  { ...place, token: tokenOf(2) },
];

const booking = { reservationNumber: 'T2612-24-7KQ4', show };

export const bookings = {
  'reservation-confirmed': {
    name: 'reservation-confirmed',
    ...booking,
    tickets,
    fee: 4_000,
    total: 253_000,
    cancellableUntil: '2026-12-23T08:00:00.000Z',
  } satisfies Of<'reservation-confirmed'>,
  'reservation-cancelled': {
    name: 'reservation-cancelled',
    ...booking,
    seats: [seat, place],
    cancellationFee: 24_900,
    refund: 224_100,
  } satisfies Of<'reservation-cancelled'>,
  'refund-done': { name: 'refund-done', ...booking, refund: 224_100 } satisfies Of<'refund-done'>,
  'session-reminder': { name: 'session-reminder', ...booking, tickets } satisfies Of<'session-reminder'>,
  'session-rescheduled': {
    name: 'session-rescheduled',
    ...booking,
    before: '2026-12-23T10:30:00.000Z',
  } satisfies Of<'session-rescheduled'>,
  'waitlist-offer': {
    name: 'waitlist-offer',
    show,
    seats: [seat],
    until: '2026-12-01T03:10:00.000Z',
  } satisfies Of<'waitlist-offer'>,
  'session-cancelled': { name: 'session-cancelled', ...booking, refund: 253_000 } satisfies Of<'session-cancelled'>,
};

/** The largest confirmation that the schema takes, of letters that become the most bytes. */
export function largestConfirmation(): Of<'reservation-confirmed'> {
  const long = (length: number) => '뷁'.repeat(length);
  const wide: Ticket = {
    seat: { floor: long(16), section: long(200), row: long(16), number: long(8) },
    grade: long(200),
    price: Number.MAX_SAFE_INTEGER,
    token: '',
  };
  return {
    ...bookings['reservation-confirmed'],
    reservationNumber: long(64),
    show: { title: { ko: long(200), en: long(200) }, venue: long(200), hall: long(200), startsAt: show.startsAt },
    tickets: Array.from({ length: 50 }, (_, unit) => ({ ...wide, token: tokenOf(unit).padEnd(200, 's') })),
  };
}
