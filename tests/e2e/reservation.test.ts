import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { readQr } from '../../services/mail/test/read-qr.ts';
import { BoxOffice, base } from './box-office.ts';
import { expectStatus, type Person, signUp } from './people.ts';
import { platform as connect, type Platform } from './platform.ts';

const ticketList = z.object({ tickets: z.array(z.object({ id: z.uuid(), token: z.string().nullable() })) });
const place = z.looseObject({
  state: z.string(),
  offer: z.object({ id: z.uuid(), seats: z.array(z.object({ unit: z.int() })) }).nullable(),
});

let platform: Platform;
let office: BoxOffice;
let buyer: Person;
let show: Awaited<ReturnType<BoxOffice['show']>>;
beforeAll(async () => {
  platform = await connect();
  office = await BoxOffice.open(platform);
  [show, buyer] = await Promise.all([office.show(), signUp(platform)]);
}, 240_000);
afterAll(() => platform[Symbol.asyncDispose]());

describe('a buyer', () => {
  it('signs up, holds seats, pays, and is let in by the code in the mail, once', async () => {
    const { visitor, mailbox } = buyer;
    const { sessionId } = show;
    const hold = await office.hold(visitor, { sessionId, grade: 'R', quantity: 2 });
    expect(hold.seats.map(({ label }) => label)).toMatchObject([
      { section: '1층', row: 'A' },
      { section: '1층', row: 'A' },
    ]);
    expect(hold.total).toBe(244_000);
    const booked = await office.book(visitor, hold);
    expect(booked).toMatchObject({ state: 'CONFIRMED', total: 244_000, show: { title: { ko: show.title } } });

    const mail = await mailbox.take(new RegExp(show.title), 30_000);
    const codes = await Promise.all((await mailbox.pictures(mail)).map(readQr));
    const listed = ticketList.parse((await visitor.send('GET', `${base}/${booked.id}/tickets`)).body);
    expect(codes.toSorted()).toEqual(listed.tickets.map(({ token }) => token ?? '').toSorted());

    const staff = await office.stranger(['staff']);
    const scan = (scanId: string, token: string | undefined) =>
      staff.send('POST', `${base}/check-ins`, { body: { sessionId, gate: '1문', scans: [{ scanId, token }] } });
    const outcome = (kind: string) => ({ status: 200, body: { results: [{ outcome: { kind } }] } });
    expect(await scan('one', codes[0])).toMatchObject(outcome('admitted'));
    expect(await scan('two', codes[0])).toMatchObject({
      body: { results: [{ outcome: { kind: 'already', gate: '1문' } }] },
    });

    const other = listed.tickets.find(({ token }) => token === codes[1]);
    const given = await office.post(visitor, `/${booked.id}/cancellation`, { ticketIds: [other?.id], refund: 122_000 });
    expect(given).toMatchObject({ status: 200, body: { state: 'CONFIRMED', refunded: 122_000 } });
    expect(await scan('three', codes[1])).toMatchObject(outcome('cancelled'));
    await mailbox.take(/122,000/, 30_000);
    const back = async () => (await office.ledger()).includes('122000');
    await waitFor(back, { what: 'the refund', timeoutMs: 15_000 });
  }, 120_000);

  it('cannot have what somebody else has', async () => {
    const other = await office.stranger();
    const { sessionId } = show;
    const hold = await office.hold(buyer.visitor, { sessionId, seats: [10] });
    expect(await office.post(other, '/holds', { sessionId, seats: [10, 11] })).toMatchObject({
      status: 409,
      body: { code: 'seats_taken', seats: [10] },
    });
    expect(await other.send('GET', `${base}/holds/${hold.id}`)).toMatchObject({ status: 404 });
    await buyer.visitor.send('DELETE', `${base}/holds/${hold.id}`);
    expect(await office.post(other, '/holds', { sessionId, seats: [10, 11] })).toMatchObject({ status: 201 });
  }, 60_000);

  it('needs the code while only the presale is open', async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const presale = { kind: 'presale', name: '팬클럽', opensAt: at(-1), closesAt: at(2), code: 'MOON-RABBIT' };
    const { sessionId } = await office.show({
      saleWindows: [presale, { kind: 'general', opensAt: at(2), closesAt: at(24) }],
    });
    const fan = await office.stranger();
    const hold = (presaleCode?: string) => office.post(fan, '/holds', { sessionId, seats: [0], presaleCode });
    expect(await hold()).toMatchObject({ status: 403, body: { code: 'presale_code_required' } });
    expect(await hold('SUN-TIGER')).toMatchObject({ status: 403 });
    expect(await hold('moon-rabbit')).toMatchObject({ status: 201 });
  }, 90_000);

  it('waits for seats that come back, and nobody else can have them', async () => {
    const { sessionId } = await office.show({ perMemberLimit: 20 });
    const [first, waiting] = await Promise.all([signUp(platform), signUp(platform)]);
    const booked = await office.book(
      first.visitor,
      await office.hold(first.visitor, { sessionId, grade: 'R', quantity: 20 }),
    );
    expectStatus(
      await office.post(waiting.visitor, `/sessions/${sessionId}/waitlist`, { grade: 'R', quantity: 2 }),
      201,
    );
    const [one, two] = booked.tickets;
    const ticketIds = [one?.id, two?.id];
    expectStatus(await office.post(first.visitor, `/${booked.id}/cancellation`, { ticketIds }), 200);
    const mine = async () =>
      place.parse((await waiting.visitor.send('GET', `${base}/sessions/${sessionId}/waitlist`)).body);
    await waitFor(async () => (await mine()).state === 'offered', { what: 'the offer', timeoutMs: 30_000 });
    const { offer } = await mine();
    const seats = offer?.seats.map(({ unit }) => unit) ?? [];
    expect(seats).toHaveLength(2);
    const stranger = await office.stranger();
    expect(await office.post(stranger, '/holds', { sessionId, seats })).toMatchObject({ status: 409 });
    await waiting.mailbox.take(new RegExp(show.title.slice(0, 4)), 30_000);
    const hold = await office.hold(waiting.visitor, { sessionId, seats, offerId: offer?.id });
    expect(await office.book(waiting.visitor, hold)).toMatchObject({ state: 'CONFIRMED' });
  }, 120_000);
});
