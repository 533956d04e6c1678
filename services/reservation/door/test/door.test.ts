import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emailRealtime } from '@ticketaka/mail/api';
import { defineService } from '@ticketaka/platform/contract';
import { newId } from '@ticketaka/platform/ids';
import { createTestBroker, createTestDatabase, createTestRedis, waitFor } from '@ticketaka/platform/testing';
import { compactVerify, createLocalJWKSet } from 'jose';
import { ticketCheckedIn } from '../../messages.ts';
import { service } from '../../service.ts';
import { type Buyer, refusal } from '../../test/buyer.ts';
import { type ReservationServer, startReservation } from '../../test/reservation-server.ts';
import { makeShow } from '../../test/shows.ts';

/** Takes what this service tells the others. */
const listener = defineService({
  name: 'listener',
  summary: 'Listens',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  consumes: [{ message: emailRealtime, queue: 'email.realtime' }, { message: ticketCheckedIn }],
});

let server: ReservationServer;
let broker: Awaited<ReturnType<typeof createTestBroker>>;
const started: AsyncDisposable[] = [];
beforeAll(async () => {
  const [database, redis] = await Promise.all([createTestDatabase(service), createTestRedis(service)]);
  broker = await createTestBroker([service, listener]);
  server = await startReservation({
    servers: { mariadb: database.url, redis: redis.url, amqp: broker.url(service) },
  });
  started.push(server, database, redis, broker);
}, 90_000);
afterAll(async () => {
  for (const each of started) await each[Symbol.asyncDispose]();
});

type Scans = Parameters<Buyer['client']['checkIn']>[0]['body']['scans'];

function openDoor() {
  const show = server.neighbours.add(makeShow());
  const organizerId = newId();
  show.performance.organizerId = organizerId;
  const staff = server.buyer({ roles: ['staff'] });
  const sessionId = show.session.id;
  return {
    sessionId,
    organizer: server.buyer({ memberId: organizerId, roles: ['organizer'] }),
    staff,
    scan: (scans: Scans, { by = staff, gate = '북문', at = sessionId } = {}) =>
      by.client.checkIn({ ...by.auth, body: { sessionId: at, gate, scans } }).then(({ body }) => body),
    counts: async () => (await staff.client.getDoorCounts({ ...staff.auth, params: { sessionId } })).body,
    revoked: async () => (await staff.client.listRevocations({ ...staff.auth, params: { sessionId } })).body.revoked,
    /** Bought tickets, with their codes. */
    async tickets(seats: number[]) {
      const buyer = server.buyer();
      const { id } = await buyer.buy({ sessionId, seats });
      const { tickets } = (await buyer.client.listTickets({ ...buyer.auth, params: { reservationId: id } })).body;
      const codes = tickets.map(({ id: ticketId, token }) => ({ ticketId, token: token ?? '' }));
      return { buyer, reservationId: id, codes };
    },
  };
}

const scanOf = (token = '', scannedAt?: string) => ({ scanId: newId(), token, ...(scannedAt && { scannedAt }) });
const kindsOf = ({ results }: { readonly results: readonly { readonly outcome: { readonly kind: string } }[] }) =>
  results.map(({ outcome }) => outcome.kind);

describe('the door', () => {
  it('admits a ticket once, says where it was before, and tells the other services once', async () => {
    const { tickets, scan, counts, sessionId } = openDoor();
    const { codes } = await tickets([0, 1]);
    const [first] = codes;
    const scans = [scanOf(first?.token)];
    const admitted = await scan(scans);
    expect(admitted.results).toMatchObject([
      { outcome: { kind: 'admitted' }, ticket: { id: first?.ticketId, grade: 'VIP', label: { number: '1' } } },
    ]);
    expect(await scan(scans)).toEqual(admitted);
    const again = await scan([scanOf(first?.token)], { gate: '남문' });
    expect(again.results).toMatchObject([{ outcome: { kind: 'already', gate: '북문' } }]);
    expect(await counts()).toEqual({ admitted: 1, valid: 2, duplicates: [] });
    const queue = 'listener.ticket.checked-in';
    const told: unknown[] = [];
    await waitFor(async () => {
      told.push(...(await broker.take(queue)).map(({ body }) => JSON.parse(body)));
      return told.length > 0;
    });
    expect(told).toMatchObject([{ data: { ticketId: first?.ticketId, sessionId, gate: '북문' } }]);
    await scan([scanOf(codes[1]?.token)]);
    await waitFor(async () => (await broker.queueLength(queue)) > 0);
    // Of the scans in between nothing came.
    expect(await broker.take(queue)).toHaveLength(1);
  });

  it('turns away what is for another session, was given back, was made anew, or is nothing', async () => {
    const { tickets, scan, revoked } = openDoor();
    const other = openDoor();
    const { buyer, reservationId, codes } = await tickets([0, 1, 2]);
    const [kept, given, anew] = codes;
    const params = { reservationId };
    const ticketIds = [given?.ticketId ?? ''];
    await buyer.client.cancel({ ...buyer.auth, params, idempotencyKey: newId(), body: { ticketIds } });
    await buyer.client.reissueTicket({
      ...buyer.auth,
      params: { reservationId, ticketId: anew?.ticketId ?? '' },
      idempotencyKey: newId(),
    });
    const report = await scan([scanOf(given?.token), scanOf(anew?.token), scanOf('nonsense'), scanOf(kept?.token)]);
    expect(kindsOf(report)).toEqual(['cancelled', 'superseded', 'invalid', 'admitted']);
    const elsewhere = await scan([scanOf(kept?.token)], { at: other.sessionId });
    expect(kindsOf(elsewhere)).toEqual(['wrong-session']);
    const bad = (await revoked()).toSorted((a, b) => Number(a.goodSerial) - Number(b.goodSerial));
    expect(bad).toEqual([
      { ticketId: given?.ticketId, goodSerial: null },
      { ticketId: anew?.ticketId, goodSerial: 1 },
    ]);
  });

  it('takes what devices scanned without a connection, and reports who went in twice', async () => {
    const { tickets, scan, counts } = openDoor();
    const { codes } = await tickets([0, 1]);
    const [one, two] = codes;
    const earlier = new Date(Date.now() - 600_000).toISOString();
    const later = new Date(Date.now() - 300_000).toISOString();
    const south = [scanOf(one?.token, later), scanOf(two?.token, later)];
    expect(kindsOf(await scan(south, { gate: '남문' }))).toEqual(['admitted', 'admitted']);
    const north = await scan([scanOf(one?.token, earlier)]);
    const both = {
      ticketId: one?.ticketId,
      first: { at: earlier, gate: '북문' },
      others: [{ at: later, gate: '남문' }],
    };
    expect(north.duplicates).toEqual([both]);
    // What was on its way when the connection went is sent again.
    expect(kindsOf(await scan(south, { gate: '남문' }))).toEqual(['admitted', 'admitted']);
    expect(await counts()).toEqual({ admitted: 2, valid: 2, duplicates: [both] });
  });

  it('admits each of a burst once', async () => {
    const { tickets, scan, counts } = openDoor();
    const { codes } = await tickets([0, 1, 2, 3]);
    const reports = await Promise.all(Array.from({ length: 12 }, () => scan(codes.map(({ token }) => scanOf(token)))));
    expect(reports.flatMap(kindsOf).filter((kind) => kind === 'admitted')).toHaveLength(4);
    expect(reports.flatMap(kindsOf).filter((kind) => kind === 'already')).toHaveLength(44);
    expect((await counts()).admitted).toBe(4);
  });

  it('is for staff, and for organisers at their own sessions', async () => {
    const { tickets, scan, organizer, sessionId } = openDoor();
    const { codes } = await tickets([0]);
    const scans = [scanOf(codes[0]?.token)];
    const strangers = [server.buyer({ roles: ['organizer'] }), server.buyer()] as const;
    expect(await refusal(scan(scans, { by: strangers[0] }))).toMatchObject({ status: 403, code: 'not_yours' });
    expect(await refusal(scan(scans, { by: strangers[1] }))).toMatchObject({ status: 403, code: 'forbidden' });
    for (const stranger of strangers) {
      const asked = { ...stranger.auth, params: { sessionId } };
      expect(await refusal(stranger.client.getDoorCounts(asked))).toMatchObject({ status: 403 });
      expect(await refusal(stranger.client.listRevocations(asked))).toMatchObject({ status: 403 });
    }
    expect(kindsOf(await scan(scans, { by: organizer }))).toEqual(['admitted']);
    expect(kindsOf(await scan(scans, { by: server.buyer({ roles: ['admin'] }) }))).toEqual(['admitted']);
  });

  it('stays open while performances is away', async () => {
    const { tickets, sessionId } = openDoor();
    const { codes } = await tickets([0]);
    // A replica that has just been started knows no session.
    const at = await server.startApi();
    const staff = server.buyer({ roles: ['staff'], at });
    server.neighbours.away = true;
    try {
      const scans = [scanOf(codes[0]?.token)];
      const { body } = await staff.client.checkIn({ ...staff.auth, body: { sessionId, gate: 'A', scans } });
      expect(kindsOf(body)).toEqual(['admitted']);
    } finally {
      server.neighbours.away = false;
    }
  });

  it('takes between one scan and five hundred', async () => {
    const { scan } = openDoor();
    const many = (count: number) => Array.from({ length: count }, () => scanOf('x'));
    expect(await refusal(scan([]))).toMatchObject({ status: 400 });
    expect(await refusal(scan(many(501)))).toMatchObject({ status: 400 });
    expect((await scan(many(500))).results).toHaveLength(500);
  });

  it('publishes keys with which anybody can check a ticket without a connection', async () => {
    const { tickets } = openDoor();
    const { codes } = await tickets([0]);
    const { client } = server.buyer();
    const { body, headers } = await client.getTicketKeys();
    expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    const { protectedHeader } = await compactVerify(codes[0]?.token ?? '', createLocalJWKSet({ keys: [...body.keys] }));
    expect(protectedHeader.alg).toBe('EdDSA');
    const forged = (codes[0]?.token ?? '').replace(/.(?=.{100}$)/, (char) => (char === 'A' ? 'B' : 'A'));
    await expect(compactVerify(forged, createLocalJWKSet({ keys: [...body.keys] }))).rejects.toThrow('signature');
  });
});
