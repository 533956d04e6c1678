import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memberWithdrawn } from '@ticketaka/members/api';
import { createEnvelope } from '@ticketaka/platform/broker';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import type { Buyer } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { makeShow } from '../../test/shows.ts';
import { Mails } from './mails.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
let mails: Mails;
beforeAll(async () => {
  server = await startWithServers();
  mails = new Mails(server.broker);
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.neighbours.locale = 'ko';
});

const addShow = (options?: Parameters<typeof makeShow>[0]) => server.neighbours.add(makeShow(options));
const tokensOf = async ({ client, auth }: Buyer, reservationId: string) =>
  (await client.listTickets({ ...auth, params: { reservationId } })).body.tickets.map(({ token }) => token);
const addNotice = (id: string, reservationId: string, kind: string) =>
  server.database.query(
    `INSERT INTO notices (id, reservation_id, kind, detail, due_at) VALUES (?, ?, ?, '{}', NOW(3))`,
    [id, reservationId, kind],
  );
async function settled(where: string, value: string): Promise<readonly { attempts: number }[]> {
  return await waitFor(
    async () => {
      const rows = (await server.database.query(`SELECT due_at, attempts FROM notices WHERE ${where} = ?`, [
        value,
      ])) as {
        due_at: Date | null;
        attempts: number;
      }[];
      return rows.length > 0 && rows.every(({ due_at: dueAt }) => dueAt === null) ? rows : undefined;
    },
    { timeoutMs: 30_000, what: 'the notices to be done' },
  );
}
/** Whatever was going to be sent has been. */
async function sent(): Promise<void> {
  await waitFor(async () => {
    const [row] = (await server.database.query('SELECT COUNT(*) AS n FROM outbox')) as { n: bigint }[];
    return Number(row?.n) === 0;
  });
}

describe('a buyer', () => {
  it('is told of a booking, with a code for each ticket', async () => {
    const show = addShow();
    const buyer = server.buyer();
    const booked = await buyer.buy({ sessionId: show.session.id, seats: [9, 10] });
    const [mail] = await mails.of(buyer.memberId, 'reservation-confirmed');
    const seat = { section: 'A', floor: '1' };
    const [first, second] = await tokensOf(buyer, booked.id);
    expect(mail).toEqual({
      to: { address: `${buyer.memberId}@example.com`, name: '김지우' },
      locale: 'ko',
      template: {
        name: 'reservation-confirmed',
        reservationNumber: booked.id,
        show: {
          title: show.performance.title,
          venue: '별빛아트홀',
          hall: '대극장',
          startsAt: show.session.startsAt,
        },
        tickets: [
          { seat: { ...seat, row: '1', number: '10' }, grade: 'VIP', price: 140_000, token: first },
          { seat: { ...seat, row: '2', number: '1' }, grade: 'R', price: 99_000, token: second },
        ],
        fee: 4000,
        total: 243_000,
        cancellableUntil: expect.stringMatching(/Z$/),
      },
    });
    const params = { reservationId: booked.id };
    const { until } = (await buyer.client.quoteCancellation({ ...buyer.auth, params })).body;
    expect(mail?.template).toMatchObject({ cancellableUntil: until });
  });

  it('is told that a booking cannot be cancelled, and in the language of theirs', async () => {
    server.neighbours.locale = 'en';
    const buyer = server.buyer();
    await buyer.buy({ sessionId: addShow({ policy: 'none' }).session.id, seats: [0] });
    const [mail] = await mails.of(buyer.memberId, 'reservation-confirmed');
    expect(mail).toMatchObject({ locale: 'en', template: { cancellableUntil: null } });
  });

  it('is told what was given back, what is kept of it, and when the money has gone', async () => {
    // Five days before: a tenth of the price, or more, is kept.
    const show = addShow({ startsInDays: 5 });
    const buyer = server.buyer();
    const booked = await buyer.buy({ sessionId: show.session.id, seats: [0, 1] });
    const params = { reservationId: booked.id };
    const quote = (await buyer.client.quoteCancellation({ ...buyer.auth, params })).body;
    const [kept] = booked.tickets;
    const [, given] = quote.tickets;
    if (!kept || !given) throw new Error('two tickets were bought');
    expect(given.fee).toBeGreaterThan(0);
    const cancel = (ticketIds: readonly string[]) =>
      buyer.client.cancel({ ...buyer.auth, params, idempotencyKey: newId(), body: { ticketIds: [...ticketIds] } });
    await cancel([given.id]);
    const [mail] = await mails.of(buyer.memberId, 'reservation-cancelled');
    expect(mail?.template).toMatchObject({
      reservationNumber: booked.id,
      seats: [{ seat: { row: '1', number: '2' }, grade: 'VIP', price: 140_000 }],
      cancellationFee: given.fee,
      refund: given.refund,
    });
    const [refund] = await mails.of(buyer.memberId, 'refund-done');
    expect(refund?.template).toMatchObject({ reservationNumber: booked.id, refund: given.refund });
    // Told again: only what is left has a code.
    await addNotice(newId(), booked.id, 'confirmed');
    const [, again] = await mails.of(buyer.memberId, 'reservation-confirmed', 2);
    expect(again?.template).toMatchObject({ tickets: [{ seat: { number: '1' } }] });
    await cancel([kept.id]);
    const notice = newId();
    await addNotice(notice, booked.id, 'confirmed');
    await settled('id', notice);
    await sent();
    expect(await mails.of(buyer.memberId, 'reservation-confirmed')).toHaveLength(2);
  });

  it('is told that the show was called off, and that everything goes back', async () => {
    const buyer = server.buyer();
    const booked = await buyer.buy({ sessionId: addShow().session.id, seats: [0] });
    const detail = JSON.stringify({ ticketIds: booked.tickets.map(({ id }) => id), refund: 142_000 });
    await server.database.query(
      `INSERT INTO notices (id, reservation_id, kind, detail, due_at) VALUES (?, ?, 'session-cancelled', ?, NOW(3))`,
      [newId(), booked.id, detail],
    );
    const [mail] = await mails.of(buyer.memberId, 'session-cancelled');
    expect(mail?.template).toMatchObject({ reservationNumber: booked.id, refund: 142_000 });
  });

  it('of more than fifty tickets is written to more than once, each ticket in one e-mail', async () => {
    const buyer = server.buyer();
    const booked = await buyer.buy({ sessionId: addShow().session.id, seats: [0] });
    await mails.of(buyer.memberId, 'reservation-confirmed');
    await server.database.query(
      `INSERT INTO tickets (id, reservation_id, session_id, unit, grade, label, price, state)
       SELECT UUID(), reservation_id, session_id, seq, grade, label, price, state
       FROM tickets, seq_1_to_70 WHERE reservation_id = ?`,
      [booked.id],
    );
    const notice = newId();
    await addNotice(notice, booked.id, 'confirmed');
    const [, ...parts] = await mails.of(buyer.memberId, 'reservation-confirmed', 3);
    const tokens = parts.map(({ template }) =>
      'tickets' in template ? template.tickets.map(({ token }) => token) : [],
    );
    expect(tokens.map(({ length }) => length)).toEqual([50, 21]);
    expect(tokens.flat()).toEqual(await tokensOf(buyer, booked.id));
    const ids = (await mails.to(buyer.memberId)).map(({ id }) => id);
    expect(ids.slice(1)).toEqual([`${notice}.1`, `${notice}.2`]);
  });

  it('who has left is not written to, though a booking of theirs is there', async () => {
    const buyer = server.buyer();
    const { memberId } = buyer;
    const booked = await buyer.buy({ sessionId: addShow().session.id, seats: [0] });
    await mails.of(memberId, 'reservation-confirmed');
    server.neighbours.left.add(memberId);
    const body = createEnvelope(memberWithdrawn, { memberId, at: new Date().toISOString() }, { service: 'members' });
    await server.broker.publishRaw({ exchange: 'members', routingKey: memberWithdrawn.type, body, messageId: body.id });
    await waitFor(async () => {
      const rows = (await server.database.query("SELECT 1 FROM buyers WHERE member_id = ? AND email <> ''", [
        memberId,
      ])) as unknown[];
      return rows.length === 0;
    });
    const notice = newId();
    await addNotice(notice, booked.id, 'confirmed');
    expect(await settled('id', notice)).toMatchObject([{ attempts: 1 }]);
    await sent();
    expect(await mails.to(memberId)).toHaveLength(1);
    expect(server.logged()).not.toContain('@example.com');
  });
});

describe('with two workers', () => {
  beforeAll(() => server.startWorker(), 60_000);

  it('buyers are told once', async () => {
    const buyers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const buyer = server.buyer();
        await buyer.buy({ sessionId: addShow().session.id, seats: [0] });
        return buyer;
      }),
    );
    for (const { memberId } of buyers) await mails.of(memberId, 'reservation-confirmed');
    await sent();
    for (const { memberId } of buyers) expect(await mails.to(memberId)).toHaveLength(1);
  });

  it('a buyer is told once when a worker dies before it has written anything', async () => {
    const buyer = server.buyer();
    const booked = await buyer.buy({ sessionId: addShow().session.id, seats: [0] });
    await mails.of(buyer.memberId, 'reservation-confirmed');
    // What it leaves behind: a lease that ends.
    await server.database.query(
      `INSERT INTO notices (id, reservation_id, kind, detail, due_at, lease_token)
       VALUES (?, ?, 'confirmed', '{}', NOW(3) + INTERVAL 300000 MICROSECOND, UUID())`,
      [newId(), booked.id],
    );
    await mails.of(buyer.memberId, 'reservation-confirmed', 2);
    await settled('reservation_id', booked.id);
    await sent();
    expect(await mails.to(buyer.memberId)).toHaveLength(2);
  });

  it('a buyer is told once when a worker is cut off amid the transaction that has the e-mail sent', async () => {
    const { query } = server.database;
    // A sequence is not of the transaction that takes a number of it: the first that writes an e-mail is stopped.
    await query('CREATE SEQUENCE obstacle');
    await query(`CREATE TRIGGER obstacle BEFORE INSERT ON outbox FOR EACH ROW
      IF NEW.routing_key = 'email.realtime' AND NEXTVAL(obstacle) = 1 THEN DO SLEEP(60); END IF`);
    const buyer = server.buyer();
    const booked = await buyer.buy({ sessionId: addShow().session.id, seats: [0] });
    const stuck = await waitFor(
      async () => {
        const rows = await query(
          `SELECT id FROM information_schema.PROCESSLIST WHERE db = ? AND state = 'User sleep'`,
          [server.database.schema],
        );
        return (rows as { id: bigint }[])[0];
      },
      { timeoutMs: 30_000, what: 'a worker that writes' },
    );
    await query(`KILL ${stuck.id}`);
    await mails.of(buyer.memberId, 'reservation-confirmed');
    expect(await settled('reservation_id', booked.id)).toMatchObject([{ attempts: 1 }]);
    await sent();
    expect(await mails.to(buyer.memberId)).toHaveLength(1);
  }, 90_000);
});
