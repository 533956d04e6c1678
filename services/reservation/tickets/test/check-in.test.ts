import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { sql } from 'kysely';
import { type Admission, checkIn, maxScans, type TicketClaims, ticketKeys } from '../index.ts';
import { ago, keys, kindsOf, outcomesOf, scanOf, startTickets, type TicketFixture } from './ticket-fixture.ts';

let fixture: TicketFixture;
beforeAll(async () => {
  fixture = await startTickets();
}, 60_000);
afterAll(() => fixture[Symbol.asyncDispose]());

describe('a scan at a gate', () => {
  it('admits, and says who sits where', async () => {
    const ticket = await fixture.ticket();
    const scan = scanOf(ticket);
    expect(await fixture.checkIn({ sessionId: ticket.sessionId, scans: [scan] })).toEqual({
      results: [
        {
          scanId: scan.scanId,
          outcome: { kind: 'admitted' },
          ticket: {
            id: ticket.ticketId,
            grade: 'VIP',
            label: { section: 'A구역', floor: '1층', row: '3', number: '12' },
          },
        },
      ],
      duplicates: [],
    });
  });

  it('says the second time when and where the first was', async () => {
    const ticket = await fixture.ticket();
    const { sessionId } = ticket;
    await fixture.checkIn({ sessionId, gate: 'south', scans: [scanOf(ticket)] });
    const first = await fixture.firstIn(ticket.ticketId);
    const again = await fixture.checkIn({ sessionId, scans: [scanOf(ticket)] });
    expect(outcomesOf(again)).toEqual([{ kind: 'already', at: first?.scanned_at, gate: 'south' }]);
    expect(await fixture.log(ticket.ticketId)).toMatchObject([
      { outcome: 'admitted', let_in: 1, gate: 'south' },
      { outcome: 'already', let_in: 0, gate: 'north' },
    ]);
  });

  it('turns away who is at the wrong session, gave the ticket back, or has an old code', async () => {
    const sessionId = newId();
    const elsewhere = await fixture.ticket();
    const cancelled = await fixture.ticket({ sessionId, state: 'cancelled' });
    const reissued = await fixture.ticket({ sessionId, serial: 2 });
    const older = { ...reissued, serial: 1 };
    const unpaid = await fixture.ticket({ sessionId, state: 'pending' });
    const unknown: TicketClaims = { ...reissued, ticketId: newId() };
    const scans = [elsewhere, cancelled, older, unpaid, unknown, reissued].map((claims) => scanOf(claims));
    expect(outcomesOf(await fixture.checkIn({ sessionId, scans }))).toEqual([
      { kind: 'wrong-session', sessionId: elsewhere.sessionId },
      { kind: 'cancelled' },
      { kind: 'superseded' },
      { kind: 'invalid' },
      { kind: 'invalid' },
      { kind: 'admitted' },
    ]);
  });

  it('admits one of fifty who hold the same ticket up at once, and tells of one', async () => {
    const ticket = await fixture.ticket();
    const told: Admission[] = [];
    const admitted = async (_: unknown, admissions: readonly Admission[]) => void told.push(...admissions);
    const reports = await Promise.all(
      Array.from({ length: 50 }, (_, gate) =>
        checkIn(
          fixture.db,
          { keys, admitted },
          { sessionId: ticket.sessionId, by: newId(), gate: `gate ${gate}`, scans: [scanOf(ticket)] },
        ),
      ),
    );
    const kinds = reports.flatMap(kindsOf);
    expect(kinds.toSorted()).toEqual(['admitted', ...Array.from({ length: 49 }, () => 'already')]);
    const first = await fixture.firstIn(ticket.ticketId);
    expect(first?.gate).toBe(`gate ${kinds.indexOf('admitted')}`);
    for (const outcome of reports.flatMap(outcomesOf))
      if (outcome.kind === 'already') expect(outcome).toMatchObject({ at: first?.scanned_at, gate: first?.gate });
    expect(told).toEqual([
      { ticketId: ticket.ticketId, sessionId: ticket.sessionId, at: first?.scanned_at, gate: first?.gate },
    ]);
  });

  it('would admit several if one looked before one wrote: the control', async () => {
    const { ticketId } = await fixture.ticket();
    const look = () =>
      fixture.db.transaction(async (trx) => {
        const { rows } = await sql`SELECT 1 FROM check_ins WHERE ticket_id = ${ticketId}`.execute(trx);
        await sql`SELECT SLEEP(0.05)`.execute(trx);
        await sql`INSERT IGNORE INTO check_ins (ticket_id, session_id, scan_id, scanned_at, gate, member_id, offline)
          VALUES (${ticketId}, ${newId()}, 'scan', NOW(3), 'north', ${newId()}, 0)`.execute(trx);
        return rows.length === 0;
      });
    const admitted = await Promise.all(Array.from({ length: 10 }, look));
    expect(admitted.filter(Boolean).length).toBeGreaterThan(1);
  });

  it('gives the same answer when it is sent again, also to two who ask at once', async () => {
    const ticket = await fixture.ticket();
    const batch = { sessionId: ticket.sessionId, by: newId(), gate: 'north', scans: [scanOf(ticket)] };
    const told: Admission[] = [];
    const admitted = async (_: unknown, admissions: readonly Admission[]) => void told.push(...admissions);
    const send = () => checkIn(fixture.db, { keys, admitted }, batch);
    const reports = [...(await Promise.all([send(), send(), send()])), await send()];
    expect(reports.flatMap(kindsOf)).toEqual(['admitted', 'admitted', 'admitted', 'admitted']);
    expect(await fixture.log(ticket.ticketId)).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  it('waits for a cancellation under way, and admits nobody after it', async () => {
    const ticket = await fixture.ticket();
    let scanned: ReturnType<TicketFixture['checkIn']> | undefined;
    await fixture.db.transaction(async (trx) => {
      await sql`UPDATE tickets SET state = 'cancelled' WHERE id = ${ticket.ticketId}`.execute(trx);
      scanned = fixture.checkIn({ sessionId: ticket.sessionId, scans: [scanOf(ticket)] });
      await sql`SELECT SLEEP(0.2)`.execute(trx);
    });
    expect(await scanned?.then(outcomesOf)).toEqual([{ kind: 'cancelled' }]);
  });

  it('is undone with the events of its admission', async () => {
    const ticket = await fixture.ticket();
    const admitted = () => Promise.reject(new Error('no event'));
    const batch = { sessionId: ticket.sessionId, by: newId(), gate: 'north', scans: [scanOf(ticket)] };
    await expect(checkIn(fixture.db, { keys, admitted }, batch)).rejects.toThrow('no event');
    expect(await fixture.firstIn(ticket.ticketId)).toBeUndefined();
    expect(await fixture.log(ticket.ticketId)).toEqual([]);
  });
});

describe('a batch', () => {
  it('of five hundred, some of them poison, checks the rest in', async () => {
    const sessionId = newId();
    const reservationId = newId();
    const units = Array.from({ length: 100 }, (_, unit) => unit);
    const tickets = await Promise.all(units.map((unit) => fixture.ticket({ sessionId, reservationId, unit })));
    const foreign = ticketKeys([new Uint8Array(32).fill(9)]);
    const good = tickets.map((claims) => scanOf(claims, ago(1)));
    const poison = tickets.flatMap((claims) => [
      { scanId: newId(), token: foreign.sign(claims) },
      { scanId: newId(), token: `${keys.sign(claims).slice(0, -1)}~` },
      { scanId: newId(), token: "'; DROP TABLE scans; --" },
      { scanId: newId(), token: '\u0000\ud800' },
    ]);
    const scans = [...good, ...poison];
    expect(scans).toHaveLength(maxScans);
    const report = await fixture.checkIn({ sessionId, scans });
    expect(report.results.map(({ scanId }) => scanId)).toEqual(scans.map(({ scanId }) => scanId));
    expect(kindsOf(report)).toEqual([...good.map(() => 'admitted'), ...poison.map(() => 'invalid')]);
    // Sent twice more at once, as a device does that lost its connection in the middle.
    const again = await Promise.all([1, 2].map(() => fixture.checkIn({ sessionId, scans })));
    expect(again).toEqual([report, report]);
  }, 60_000);

  it('may name a scan twice, and give two scans one id', async () => {
    const sessionId = newId();
    const one = await fixture.ticket({ sessionId });
    const other = await fixture.ticket({ sessionId });
    const scan = scanOf(one);
    const report = await fixture.checkIn({ sessionId, scans: [scan, scan, { ...scanOf(other), scanId: scan.scanId }] });
    expect(kindsOf(report)).toEqual(['admitted', 'admitted', 'admitted']);
    expect(await fixture.log(one.ticketId)).toHaveLength(1);
    expect(await fixture.log(other.ticketId)).toHaveLength(1);
  });

  it('holds five hundred scans at most, and none is none', async () => {
    const scans = Array.from({ length: maxScans + 1 }, () => ({ scanId: newId(), token: 'x' }));
    await expect(fixture.checkIn({ sessionId: newId(), scans })).rejects.toThrow(RangeError);
    expect(await fixture.checkIn({ sessionId: newId(), scans: [] })).toEqual({ results: [], duplicates: [] });
  });

  it('meets others with the same tickets in other orders, and all end', async () => {
    const sessionId = newId();
    const tickets = await Promise.all([...Array(20).keys()].map((unit) => fixture.ticket({ sessionId, unit })));
    const reports = await Promise.all(
      [...Array(16).keys()].map((turn) => {
        const order = turn % 2 ? tickets : tickets.toReversed();
        return fixture.checkIn({ sessionId, scans: order.map((claims) => scanOf(claims)) });
      }),
    );
    expect(reports.flatMap(kindsOf).filter((kind) => kind === 'admitted')).toHaveLength(tickets.length);
  }, 60_000);
});
