import type { PricedSeat, Seat, Show, Ticket } from '../schemas/reservations.ts';
import { type Block, type Detail, details, note, paragraph } from './content.ts';
import type { ReservationWords } from './words.ts';

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'Asia/Seoul' });
const amount = new Intl.NumberFormat('en-GB');

export const englishReservations: ReservationWords = {
  'reservation-confirmed': (given) => ({
    subject: `Booked: ${titleOf(given.show)}`,
    heading: 'Your booking is confirmed',
    blocks: [
      details(['Reservation number', given.reservationNumber], ...showRows(given.show)),
      paragraph('At the door, show the QR code of each ticket. It works without a connection too.'),
      ...given.tickets.map(ticketOf),
      details(['Booking fee', won(given.fee)], ['Total', won(given.total)]),
      paragraph(
        given.cancellableUntil === null
          ? 'This booking cannot be cancelled.'
          : `You can cancel until ${timeOf(given.cancellableUntil)}. What a cancellation costs depends on the day; your booking shows it beforehand.`,
      ),
      note('A QR code admits one person, once. Please do not show it to anybody before you are at the door.'),
    ],
  }),
  'reservation-cancelled': (given) => ({
    subject: `Cancelled: ${titleOf(given.show)}`,
    heading: 'Your cancellation is confirmed',
    blocks: [
      details(['Reservation number', given.reservationNumber], ...showRows(given.show)),
      paragraph('These tickets are cancelled. Their QR codes admit nobody any more.'),
      details(...given.seats.map(seatRow)),
      details(['Cancellation fee', won(given.cancellationFee)], ['Refund', won(given.refund)]),
      note('We write again once the refund is made. Your bank may take some days more to show it.'),
    ],
  }),
  'refund-done': (given) => ({
    subject: `Refunded: ${titleOf(given.show)}`,
    heading: 'Your refund is made',
    blocks: [
      details(['Reservation number', given.reservationNumber], ...showRows(given.show), ['Refund', won(given.refund)]),
      paragraph('It goes back the way you paid. Your bank may take some days to show it.'),
    ],
  }),
  'session-reminder': (given) => ({
    subject: `Tomorrow: ${titleOf(given.show)}`,
    heading: 'See you tomorrow',
    blocks: [
      details(['Reservation number', given.reservationNumber], ...showRows(given.show)),
      paragraph('At the door, show the QR code of each ticket. It works without a connection too.'),
      ...given.tickets.map(ticketOf),
      note('A QR code admits one person, once. Please do not show it to anybody before you are at the door.'),
    ],
  }),
  'session-rescheduled': (given) => ({
    subject: `Another time: ${titleOf(given.show)}`,
    heading: 'The performance is at another time',
    blocks: [
      paragraph('The organiser has moved this performance. Your seats stay yours, and your QR codes stay good.'),
      details(['Reservation number', given.reservationNumber], ...showRows(given.show), [
        'Time before',
        timeOf(given.before),
      ]),
      note('If you cannot come then, you can cancel without a fee until it begins: sign in and open your reservation.'),
    ],
  }),
  'waitlist-offer': (given) => ({
    subject: `Seats for you: ${titleOf(given.show)}`,
    heading: 'Seats have become free',
    blocks: [
      paragraph(`They are kept for you until ${timeOf(given.until)}. After that they go to the next in line.`),
      details(...showRows(given.show)),
      details(...given.seats.map(seatRow)),
      paragraph('To take them, sign in and open your waitlist.'),
    ],
  }),
  'session-cancelled': (given) => ({
    subject: `Called off: ${titleOf(given.show)}`,
    heading: 'The performance is called off',
    blocks: [
      paragraph('We are sorry: the organiser has called this performance off. You need not do anything.'),
      details(['Reservation number', given.reservationNumber], ...showRows(given.show), ['Refund', won(given.refund)]),
      note('The whole price and the booking fee go back the way you paid. We write again once that is done.'),
    ],
  }),
};

const titleOf = ({ title }: Show) => title.en ?? title.ko;
const timeOf = (instant: string) => `${day.format(new Date(instant))} (Seoul)`;
const won = (sum: number) => `KRW ${amount.format(sum)}`;

function showRows(show: Show): Detail[] {
  return [
    ['Performance', titleOf(show)],
    ['Venue', `${show.venue}, ${show.hall}`],
    ['Time', timeOf(show.startsAt)],
  ];
}

function placeOf({ floor, section, row, number }: Seat) {
  const place = [floor !== undefined && /^\d+$/.test(floor) ? `Floor ${floor}` : floor, section];
  const seat = row === undefined ? [`No. ${number}`] : [`Row ${row}`, `Seat ${number}`];
  return [...place, ...seat].filter((part) => part !== undefined).join(', ');
}

const priceOf = ({ grade, price }: PricedSeat) => `${grade}, ${won(price)}`;
const seatRow = (given: PricedSeat): Detail => [placeOf(given.seat), priceOf(given)];

function ticketOf(given: Ticket): Block {
  return { kind: 'ticket', seat: placeOf(given.seat), detail: priceOf(given), token: given.token };
}
