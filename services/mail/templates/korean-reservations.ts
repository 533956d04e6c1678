import type { PricedSeat, Seat, Show, Ticket } from '../schemas/reservations.ts';
import { type Block, type Detail, details, note, paragraph } from './content.ts';
import type { ReservationWords } from './words.ts';

const day = new Intl.DateTimeFormat('ko-KR', { dateStyle: 'full', timeStyle: 'short', timeZone: 'Asia/Seoul' });
const amount = new Intl.NumberFormat('ko-KR');

export const koreanReservations: ReservationWords = {
  'reservation-confirmed': (given) => ({
    subject: `[예매 완료] ${given.show.title.ko}`,
    heading: '예매가 완료되었습니다',
    blocks: [
      details(['예매번호', given.reservationNumber], ...showRows(given.show)),
      paragraph('입장할 때 티켓마다 QR 코드를 보여 주세요. 인터넷에 연결되어 있지 않아도 됩니다.'),
      ...given.tickets.map(ticketOf),
      details(['예매 수수료', won(given.fee)], ['총 결제 금액', won(given.total)]),
      paragraph(
        given.cancellableUntil === null
          ? '이 예매는 취소할 수 없습니다.'
          : `${timeOf(given.cancellableUntil)}까지 취소하실 수 있습니다. 취소 수수료는 취소하는 날에 따라 다르며, 예매 내역에서 미리 확인하실 수 있습니다.`,
      ),
      note('QR 코드 하나로 한 분이 한 번만 입장하실 수 있습니다. 입장하기 전에는 누구에게도 보여 주지 마세요.'),
    ],
  }),
  'reservation-cancelled': (given) => ({
    subject: `[예매 취소] ${given.show.title.ko}`,
    heading: '예매가 취소되었습니다',
    blocks: [
      details(['예매번호', given.reservationNumber], ...showRows(given.show)),
      paragraph('아래 티켓이 취소되었습니다. 취소된 티켓의 QR 코드로는 입장하실 수 없습니다.'),
      details(...given.seats.map(seatRow)),
      details(['취소 수수료', won(given.cancellationFee)], ['환불 금액', won(given.refund)]),
      note('환불이 완료되면 다시 알려 드립니다. 카드사와 은행에 따라 며칠 더 걸릴 수 있습니다.'),
    ],
  }),
  'refund-done': (given) => ({
    subject: `[환불 완료] ${given.show.title.ko}`,
    heading: '환불이 완료되었습니다',
    blocks: [
      details(['예매번호', given.reservationNumber], ...showRows(given.show), ['환불 금액', won(given.refund)]),
      paragraph('결제하신 수단으로 환불됩니다. 카드사와 은행에 따라 반영되기까지 며칠 걸릴 수 있습니다.'),
    ],
  }),
  'session-reminder': (given) => ({
    subject: `[내일 공연] ${given.show.title.ko}`,
    heading: '내일 공연장에서 만나요',
    blocks: [
      details(['예매번호', given.reservationNumber], ...showRows(given.show)),
      paragraph('입장할 때 티켓마다 QR 코드를 보여 주세요. 인터넷에 연결되어 있지 않아도 됩니다.'),
      ...given.tickets.map(ticketOf),
      note('QR 코드 하나로 한 분이 한 번만 입장하실 수 있습니다. 입장하기 전에는 누구에게도 보여 주지 마세요.'),
    ],
  }),
  'session-rescheduled': (given) => ({
    subject: `[일시 변경] ${given.show.title.ko}`,
    heading: '공연 일시가 변경되었습니다',
    blocks: [
      paragraph('주최자의 사정으로 아래 공연의 일시가 변경되었습니다. 좌석과 QR 코드는 그대로 유효합니다.'),
      details(['예매번호', given.reservationNumber], ...showRows(given.show), ['변경 전 일시', timeOf(given.before)]),
      note('변경된 일시에 오실 수 없으면 공연이 시작되기 전까지 예매 내역에서 수수료 없이 취소하실 수 있습니다.'),
    ],
  }),
  'waitlist-offer': (given) => ({
    subject: `[예매 대기] 좌석이 나왔습니다: ${given.show.title.ko}`,
    heading: '기다리시던 좌석이 나왔습니다',
    blocks: [
      paragraph(`${timeOf(given.until)}까지 이 좌석을 맡아 두겠습니다. 그 뒤에는 다음 분께 차례가 넘어갑니다.`),
      details(...showRows(given.show)),
      details(...given.seats.map(seatRow)),
      paragraph('예매하시려면 로그인해서 예매 대기 내역을 열어 주세요.'),
    ],
  }),
  'session-cancelled': (given) => ({
    subject: `[공연 취소] ${given.show.title.ko}`,
    heading: '공연이 취소되었습니다',
    blocks: [
      paragraph('죄송합니다. 주최자의 사정으로 아래 공연이 취소되었습니다. 따로 하실 일은 없습니다.'),
      details(['예매번호', given.reservationNumber], ...showRows(given.show), ['환불 금액', won(given.refund)]),
      note('예매 수수료를 포함한 전액이 결제하신 수단으로 환불됩니다. 환불이 완료되면 다시 알려 드립니다.'),
    ],
  }),
};

const timeOf = (instant: string) => `${day.format(new Date(instant))}(한국 시간)`;
const won = (sum: number) => `${amount.format(sum)}원`;

function showRows({ title, venue, hall, startsAt }: Show): Detail[] {
  return [
    ['공연', title.ko],
    ['장소', `${venue} ${hall}`],
    ['일시', timeOf(startsAt)],
  ];
}

function placeOf({ floor, section, row, number }: Seat) {
  const place = [floor !== undefined && /^\d+$/.test(floor) ? `${floor}층` : floor, section];
  return [...place, row && counted(row, '열'), counted(number, '번')].filter((part) => part !== undefined).join(' ');
}

const counted = (name: string, unit: string) => (name.endsWith(unit) ? name : `${name}${unit}`);

const priceOf = ({ grade, price }: PricedSeat) => `${grade} ${won(price)}`;
const seatRow = (given: PricedSeat): Detail => [placeOf(given.seat), priceOf(given)];

function ticketOf(given: Ticket): Block {
  return { kind: 'ticket', seat: placeOf(given.seat), detail: priceOf(given), token: given.token };
}
