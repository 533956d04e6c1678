import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, property, record, string } from 'fast-check';
import { Email, type Template } from '../api.ts';
import { bookings, largestConfirmation, place, seat, show, tickets, tokenOf } from '../test/bookings.ts';
import { readQr } from '../test/read-qr.ts';
import { render } from './render.ts';
import type { Locale } from './words.ts';

const locales: readonly Locale[] = ['ko', 'en'];
const confirmed = bookings['reservation-confirmed'];

const isAccepted = (template: Template) =>
  Email.safeParse({ to: { address: 'kim@example.com' }, locale: 'ko', template }).success;

describe('a rescheduling', () => {
  it('says both hours, and that nothing is lost', () => {
    const korean = render(bookings['session-rescheduled'], 'ko');
    expect(korean.subject).toBe('[일시 변경] 겨울 정원의 햄릿');
    expect(korean.text).toContain('일시: 2026년 12월 24일 목요일 오후 7:30(한국 시간)');
    expect(korean.text).toContain('변경 전 일시: 2026년 12월 23일 수요일 오후 7:30(한국 시간)');
    expect(korean.text).toContain('수수료 없이 취소');
    const english = render(bookings['session-rescheduled'], 'en');
    expect(english.subject).toBe('Another time: Hamlet in the Winter Garden');
    expect(english.text).toMatch(/^Time before: Wednesday,? 23 December 2026 at 19:30 \(Seoul\)$/m);
    expect(english.text).toContain('cancel without a fee');
  });
});

describe('a confirmation', () => {
  it('says what was booked in Korean', () => {
    const { subject, text } = render(confirmed, 'ko');
    expect(subject).toBe('[예매 완료] 겨울 정원의 햄릿');
    for (const line of [
      '예매번호: T2612-24-7KQ4',
      '공연: 겨울 정원의 햄릿',
      '장소: 한강아트홀 대극장',
      '일시: 2026년 12월 24일 목요일 오후 7:30(한국 시간)',
      '1층 A구역 3열 12번',
      'VIP 150,000원',
      '스탠딩 204번',
      '예매 수수료: 4,000원',
      '총 결제 금액: 253,000원',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toContain('2026년 12월 23일 수요일 오후 5:00(한국 시간)까지 취소');
  });

  it('says what was booked in English, by its Korean name where it has no other', () => {
    const { subject, text } = render(confirmed, 'en');
    expect(subject).toBe('Booked: Hamlet in the Winter Garden');
    for (const line of [
      'Reservation number: T2612-24-7KQ4',
      'Venue: 한강아트홀, 대극장',
      'Floor 1, A구역, Row 3, Seat 12',
      'VIP, KRW 150,000',
      '스탠딩, No. 204',
      'Booking fee: KRW 4,000',
      'Total: KRW 253,000',
    ])
      expect(text.split('\n')).toContain(line);
    // With a comma or not: versions of CLDR differ.
    expect(text).toMatch(/^Time: Thursday,? 24 December 2026 at 19:30 \(Seoul\)$/m);
    expect(render({ ...confirmed, show: { ...show, title: { ko: '햄릿' } } }, 'en').subject).toBe('Booked: 햄릿');
  });

  it('names a row and a seat once, and a floor as it is called', () => {
    const named = { floor: '발코니', section: 'B', row: '나열', number: '3번' };
    const { text } = render({ ...confirmed, tickets: [{ ...seat, seat: named, token: tokenOf(1) }] }, 'ko');
    expect(text).toContain('\n발코니 B 나열 3번\n');
  });

  it('says when it cannot be cancelled', () => {
    expect(render({ ...confirmed, cancellableUntil: null }, 'ko').text).toContain('취소할 수 없습니다');
    expect(render({ ...confirmed, cancellableUntil: null }, 'en').text).toContain('cannot be cancelled');
  });

  it.each(['reservation-confirmed', 'session-reminder'] as const)('has a QR code for each ticket: %s', async (name) => {
    const { html, text, pictures } = render(bookings[name], 'ko');
    expect(await Promise.all(pictures.map(({ png }) => readQr(png)))).toEqual(tickets.map(({ token }) => token));
    expect(pictures.map(({ file }) => file)).toEqual(['ticket-01.png', 'ticket-02.png']);
    expect([...html.matchAll(/<img src="cid:([^"]+)"/g)].map(([, id]) => id)).toEqual(
      pictures.map(({ contentId }) => contentId),
    );
    // Right below its own seat.
    expect(text).toMatch(/1층 A구역 3열 12번\nVIP 150,000원\n첨부 파일: ticket-01\.png/);
    // Only the picture holds the token.
    for (const { token } of tickets) expect(html + text).not.toContain(token);
  });

  it('loads nothing, and leads nowhere', () => {
    for (const template of Object.values(bookings)) {
      const { html } = render(template, 'ko');
      expect(html).not.toMatch(/https?:|<a\b|url\(|<script|srcset/i);
      for (const [, source] of html.matchAll(/\bsrc="([^"]*)"/g)) expect(source).toMatch(/^cid:/);
    }
  });
});

describe('the others', () => {
  it('say what was given back, what is kept, and what comes back', () => {
    const { text } = render(bookings['reservation-cancelled'], 'ko');
    expect(text).toContain('1층 A구역 3열 12번: VIP 150,000원\n스탠딩 204번: S 99,000원');
    expect(text).toContain('취소 수수료: 24,900원\n환불 금액: 224,100원');
    expect(render(bookings['refund-done'], 'en').text).toContain('Refund: KRW 224,100');
    expect(render(bookings['session-cancelled'], 'en').text).toContain('Refund: KRW 253,000');
  });

  it('say until when seats are kept', () => {
    expect(render(bookings['waitlist-offer'], 'en').text).toMatch(/until Tuesday,? 1 December 2026 at 12:10 \(Seoul\)/);
    expect(render(bookings['waitlist-offer'], 'ko').text).toContain('2026년 12월 1일 화요일 오후 12:10(한국 시간)까지');
  });

  it('bring no picture where there is no ticket', () => {
    for (const name of ['reservation-cancelled', 'refund-done', 'waitlist-offer', 'session-cancelled'] as const)
      expect(render(bookings[name], 'ko')).toMatchObject({ pictures: [] });
  });
});

describe('a name in an e-mail about a booking', () => {
  it('never becomes markup, a header or a line of its own', () => {
    const evil = string({ unit: 'binary', maxLength: 20 }).map(
      (text) => `"><img src=x>${text}\r\nBcc: evil@example.com`,
    );
    const tags = (html: string) => html.match(/<[a-z]/g)?.length;
    assert(
      property(
        record({ title: evil, venue: evil, section: evil, row: evil, grade: evil, number: evil }),
        constantFrom(...Object.values(bookings)),
        constantFrom(...locales),
        ({ title, venue, section, row, grade, number }, template, locale) => {
          const seats = [{ seat: { floor: section, section, row, number }, grade, price: 1 }];
          const change = {
            show: { ...show, title: { ko: title, en: title }, venue, hall: venue },
            reservationNumber: number,
            ...('seats' in template && { seats: [...seats, place] }),
            ...('tickets' in template && { tickets: seats.map((each) => ({ ...each, token: tokenOf(3) })) }),
          };
          const plain = {
            ...template,
            ...('seats' in template && { seats: [seat, place] }),
            ...('tickets' in template && { tickets: [{ ...seat, token: tokenOf(3) }] }),
          } as Template; // The same template with other seats.
          const { subject, text, html } = render({ ...template, ...change }, locale);
          expect(subject).not.toMatch(/[\r\n]/);
          expect(text).not.toMatch(/\r|^Bcc:/m);
          expect(html).not.toContain('<img src=x');
          expect(tags(html)).toBe(tags(render(plain, locale).html));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the request', () => {
  it('takes each of them, and the largest', () => {
    for (const template of Object.values(bookings)) expect(isAccepted(template)).toBe(true);
    expect(isAccepted(largestConfirmation())).toBe(true);
  });

  it.each([
    ['without tickets', { tickets: [] }],
    ['with more than fifty', { tickets: Array.from({ length: 51 }, () => tickets[0]) }],
    ['with a token that is none', { tickets: [{ ...tickets[0], token: 'https://evil.example' }] }],
    ['with a token that no code holds well', { tickets: [{ ...tickets[0], token: `a.b.${'c'.repeat(200)}` }] }],
    ['with parts of a won', { fee: 0.5 }],
    ['without a name', { show: { ...show, title: { ko: '   ' } } }],
  ])('is refused %s', (_, change) => {
    expect(isAccepted({ ...confirmed, ...change } as Template)).toBe(false);
  });

  it('becomes a mail that no client cuts off', () => {
    const { html, text, pictures } = render(largestConfirmation(), 'en');
    expect(pictures).toHaveLength(50);
    expect(new Set(pictures.map(({ contentId }) => contentId)).size).toBe(50);
    const bytes = pictures.reduce((sum, { png }) => sum + png.byteLength, 0);
    expect(2 * bytes * (4 / 3) + 1.4 * Buffer.byteLength(html + text)).toBeLessThan(1_000_000);
    // Of ordinary names: Gmail shows the first 102 KB of HTML.
    const fifty = Array.from({ length: 50 }, (_, unit) => ({ ...seat, token: tokenOf(unit) }));
    expect(Buffer.byteLength(render({ ...confirmed, tickets: fifty }, 'ko').html)).toBeLessThan(102_000);
  });
});
