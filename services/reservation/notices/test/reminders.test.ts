import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { dayNumberInSeoul, instantInSeoul } from '../../domain/seoul-date.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { makeShow, type Show } from '../../test/shows.ts';
import { Mails } from './mails.ts';

/** Of the worker; what is booked is booked now. */
let shiftMs = 0;
let server: Awaited<ReturnType<typeof startWithServers>>;
let mails: Mails;
beforeAll(async () => {
  server = await startWithServers({ now: () => new Date(Date.now() + shiftMs) });
  mails = new Mails(server.broker);
  await server.startWorker();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const today = dayNumberInSeoul(new Date());
/** The sessions below are on the fourth day from today. */
const theirDay = today + 4;
const at = (day: number, time: string) => {
  shiftMs = instantInSeoul(day, time).getTime() - Date.now();
};

function addShow(day: number, time: string): Show {
  const show = makeShow();
  const startsAt = instantInSeoul(day, time).toISOString();
  return server.neighbours.add({ ...show, session: { ...show.session, startsAt } });
}

async function booking(show: Show) {
  shiftMs = 0;
  const buyer = server.buyer();
  const booked = await buyer.buy({ sessionId: show.session.id, seats: [0] });
  await mails.of(buyer.memberId, 'reservation-confirmed');
  return { buyer, booked };
}

interface Round {
  readonly attempts: number;
}
const attempts = async () => {
  const [row] = (await server.database.query('SELECT attempts FROM reminder_rounds')) as Round[];
  return row?.attempts ?? 0;
};

/** Two rounds from now on: the first may have begun before. */
async function rounds(): Promise<void> {
  for (let done = 0; done < 2; done += 1) {
    const before = await attempts();
    await server.database.query('UPDATE reminder_rounds SET due_at = NOW(3)');
    await waitFor(async () => (await attempts()) > before, { timeoutMs: 30_000, what: 'a round' });
  }
}

async function remindersOf(reservationId: string): Promise<number> {
  await waitFor(
    async () => {
      const rows = await server.database.query('SELECT id FROM notices WHERE due_at IS NOT NULL');
      return (rows as unknown[]).length === 0;
    },
    { timeoutMs: 30_000, what: 'the notices to be done' },
  );
  const rows = await server.database.query("SELECT id FROM notices WHERE reservation_id = ? AND kind = 'reminder'", [
    reservationId,
  ]);
  return (rows as unknown[]).length;
}

describe('a reminder', () => {
  it('comes on the day before from ten o’clock in Seoul, with the codes, once', async () => {
    const show = addShow(theirDay, '19:30');
    const { buyer, booked } = await booking(show);
    at(theirDay - 2, '23:59');
    await rounds();
    at(theirDay - 1, '09:58');
    await rounds();
    expect(await remindersOf(booked.id)).toBe(0);
    at(theirDay - 1, '10:00');
    await rounds();
    const [mail] = await mails.of(buyer.memberId, 'session-reminder');
    expect(mail).toMatchObject({
      locale: 'ko',
      template: {
        reservationNumber: booked.id,
        show: { title: show.performance.title, startsAt: show.session.startsAt },
        tickets: [{ seat: { section: 'A', row: '1', number: '1' }, token: expect.any(String) }],
      },
      validUntil: instantInSeoul(theirDay, '00:00').toISOString(),
    });
    await rounds();
    at(theirDay - 1, '23:00');
    await rounds();
    expect(await remindersOf(booked.id)).toBe(1);
  });

  it('is of sessions of the whole of tomorrow in Seoul, and of no other day', async () => {
    const first = await booking(addShow(theirDay, '00:00'));
    const last = await booking(addShow(theirDay, '23:59'));
    const later = await booking(addShow(theirDay + 1, '00:00'));
    const sooner = await booking(addShow(theirDay - 1, '23:59'));
    at(theirDay - 1, '12:00');
    await rounds();
    for (const { booked } of [first, last]) expect(await remindersOf(booked.id)).toBe(1);
    for (const { booked } of [later, sooner]) expect(await remindersOf(booked.id)).toBe(0);
  });

  it('is not for whoever booked on that day, nor of what was given back, called off or put off', async () => {
    const late = await booking(addShow(theirDay, '14:00'));
    await server.database.query('UPDATE reservations SET confirmed_at = ? WHERE id = ?', [
      instantInSeoul(theirDay - 1, '00:00'),
      late.booked.id,
    ]);
    const justInTime = await booking(addShow(theirDay, '14:00'));
    await server.database.query('UPDATE reservations SET confirmed_at = ? WHERE id = ?', [
      new Date(instantInSeoul(theirDay - 1, '00:00').getTime() - 1),
      justInTime.booked.id,
    ]);
    const back = await booking(addShow(theirDay, '14:00'));
    const { client, auth } = back.buyer;
    const params = { reservationId: back.booked.id };
    await client.cancel({ ...auth, params, idempotencyKey: newId(), body: {} });
    const calledOff = addShow(theirDay, '14:00');
    const off = await booking(calledOff);
    server.neighbours.add({ ...calledOff, session: { ...calledOff.session, cancelled: true }, version: 2 });
    const wholly = addShow(theirDay, '14:00');
    const whole = await booking(wholly);
    server.neighbours.add({ ...wholly, performance: { ...wholly.performance, cancelled: true }, version: 2 });
    const moved = addShow(theirDay, '14:00');
    const put = await booking(moved);
    const startsAt = instantInSeoul(theirDay + 7, '14:00').toISOString();
    server.neighbours.add({ ...moved, session: { ...moved.session, startsAt }, version: 2 });
    at(theirDay - 1, '12:00');
    await rounds();
    expect(await remindersOf(justInTime.booked.id)).toBe(1);
    for (const { booked } of [late, back, off, whole, put]) expect(await remindersOf(booked.id)).toBe(0);
  });

  it('comes for each day that a session is put off to, once, however late and how often', async () => {
    const show = addShow(theirDay + 7, '19:30');
    const { buyer, booked } = await booking(show);
    const moveTo = (day: number, version: number) => {
      const startsAt = instantInSeoul(day, '18:00').toISOString();
      server.neighbours.add({ ...show, session: { ...show.session, startsAt }, version });
      return startsAt;
    };
    /** An hour goes by, and two rounds. */
    const anHourLater = async () => {
      await server.database.query('UPDATE sessions SET checked_at = NULL');
      await rounds();
      return await remindersOf(booked.id);
    };
    at(theirDay - 1, '15:00');
    await rounds();
    expect(await remindersOf(booked.id)).toBe(0);
    // In the afternoon, when all others have been reminded of tomorrow.
    const startsAt = moveTo(theirDay, 2);
    expect([await anHourLater(), await anHourLater()]).toEqual([1, 1]);
    expect((await mails.of(buyer.memberId, 'session-reminder'))[0]).toMatchObject({
      template: { show: { startsAt }, tickets: [{ token: expect.any(String) }] },
      validUntil: instantInSeoul(theirDay, '00:00').toISOString(),
    });
    moveTo(theirDay + 2, 3);
    expect(await anHourLater()).toBe(1);
    at(theirDay + 1, '10:00');
    expect([await anHourLater(), await anHourLater()]).toEqual([2, 2]);
    // And back: of that day they know.
    moveTo(theirDay, 4);
    at(theirDay - 1, '16:00');
    expect(await anHourLater()).toBe(2);
  }, 90_000);

  it('is not sent when tomorrow has become today', async () => {
    const { buyer, booked } = await booking(addShow(theirDay, '14:00'));
    at(theirDay, '00:00');
    await server.database.query(
      `INSERT INTO notices (id, reservation_id, kind, detail, due_at) VALUES (?, ?, 'reminder', '{}', NOW(3))`,
      [newId(), booked.id],
    );
    expect(await remindersOf(booked.id)).toBe(1);
    await rounds();
    expect((await mails.to(buyer.memberId)).map(({ data }) => data.template.name)).toEqual(['reservation-confirmed']);
  });
});
