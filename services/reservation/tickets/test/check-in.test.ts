import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { array, assert, asyncProperty, integer, record, shuffledSubarray } from 'fast-check';
import { sql } from 'kysely';
import { type Admission, checkIn, listDuplicates, maxScans, type TicketClaims, ticketKeys } from '../index.ts';
import { keys, scanOf, startTickets, type TicketFixture } from './ticket-fixture.ts';

let fixture: TicketFixture;
beforeAll(async () => {
  fixture = await startTickets();
}, 60_000);
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

const outcomesOf = ({ results }: Awaited<ReturnType<typeof checkIn>>) => results.map(({ outcome }) => outcome);
const kindsOf = (report: Awaited<ReturnType<typeof checkIn>>) => outcomesOf(report).map(({ kind }) => kind);
/** Minutes ago, in whole seconds. */
const ago = (minutes: number) => new Date(Math.floor(Date.now() / 1_000) * 1_000 - minutes * 60_000);

async function log(ticketId: string) {
  const { rows } = await sql<{ outcome: string; let_in: number; gate: string; scanned_at: Date }>`
    SELECT outcome, let_in, gate, scanned_at FROM scans WHERE ticket_id = ${ticketId}
    ORDER BY received_at, id`.execute(fixture.db.kysely);
  return rows;
}

async function firstIn(ticketId: string) {
  const { rows } = await sql<{ gate: string; scanned_at: Date }>`
    SELECT gate, scanned_at FROM check_ins WHERE ticket_id = ${ticketId}`.execute(fixture.db.kysely);
  expect(rows.length).toBeLessThanOrEqual(1);
  return rows[0];
}

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
    const first = await firstIn(ticket.ticketId);
    const again = await fixture.checkIn({ sessionId, scans: [scanOf(ticket)] });
    expect(outcomesOf(again)).toEqual([{ kind: 'already', at: first?.scanned_at, gate: 'south' }]);
    expect(await log(ticket.ticketId)).toMatchObject([
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
    const first = await firstIn(ticket.ticketId);
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
    expect(await log(ticket.ticketId)).toHaveLength(1);
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
    expect(await firstIn(ticket.ticketId)).toBeUndefined();
    expect(await log(ticket.ticketId)).toEqual([]);
  });
});

describe('scans made without a connection', () => {
  it('let the earlier one be the first, whichever comes in first, and report the other', async () => {
    const ticket = await fixture.ticket();
    const { sessionId, ticketId } = ticket;
    const early = scanOf(ticket, ago(20));
    const late = scanOf(ticket, ago(10));
    const first = await fixture.checkIn({ sessionId, gate: 'south', scans: [late] });
    expect(first).toMatchObject({ results: [{ outcome: { kind: 'admitted' } }], duplicates: [] });
    const second = await fixture.checkIn({ sessionId, gate: 'north', scans: [early] });
    const duplicate = {
      ticketId,
      first: { at: early.scannedAt, gate: 'north' },
      others: [{ at: late.scannedAt, gate: 'south' }],
    };
    expect(second).toMatchObject({ results: [{ outcome: { kind: 'admitted' } }], duplicates: [duplicate] });
    expect(await firstIn(ticketId)).toEqual({ gate: 'north', scanned_at: early.scannedAt });
    expect(await listDuplicates(fixture.db.kysely, sessionId)).toEqual([duplicate]);
  });

  it('are first when they come in before anybody is at a gate', async () => {
    const ticket = await fixture.ticket();
    const { sessionId } = ticket;
    const scan = scanOf(ticket, ago(5));
    expect(kindsOf(await fixture.checkIn({ sessionId, gate: 'device', scans: [scan] }))).toEqual(['admitted']);
    const atGate = await fixture.checkIn({ sessionId, scans: [scanOf(ticket)] });
    expect(outcomesOf(atGate)).toEqual([{ kind: 'already', at: scan.scannedAt, gate: 'device' }]);
    expect(await listDuplicates(fixture.db.kysely, sessionId)).toEqual([]);
  });

  it('take an online admission over when they were earlier, and tell of one admission', async () => {
    const ticket = await fixture.ticket();
    const told: Admission[] = [];
    const admitted = async (_: unknown, admissions: readonly Admission[]) => void told.push(...admissions);
    const batch = { sessionId: ticket.sessionId, by: newId(), gate: 'north' };
    await checkIn(fixture.db, { keys, admitted }, { ...batch, scans: [scanOf(ticket)] });
    const upload = { ...batch, gate: 'device', scans: [scanOf(ticket, ago(3))] };
    const report = await checkIn(fixture.db, { keys, admitted }, upload);
    expect(report.duplicates).toMatchObject([{ first: { gate: 'device' }, others: [{ gate: 'north' }] }]);
    expect(told).toMatchObject([{ gate: 'north' }]);
    // Sent again, it is what it was.
    expect(await checkIn(fixture.db, { keys, admitted }, upload)).toEqual(report);
    expect(told).toHaveLength(1);
  });

  it('let the earliest of one batch in, in whatever order they are in it, and tell of that one', async () => {
    const sessionId = newId();
    const units = [...Array(10).keys()];
    const tickets = await Promise.all(units.map((unit) => fixture.ticket({ sessionId, unit })));
    const told: Admission[] = [];
    const admitted = async (_: unknown, admissions: readonly Admission[]) => void told.push(...admissions);
    const [early, late] = [ago(8), ago(4)];
    const scans = tickets.flatMap((claims) => [scanOf(claims), scanOf(claims, late), scanOf(claims, early)]);
    const report = await checkIn(fixture.db, { keys, admitted }, { sessionId, by: newId(), gate: 'device', scans });
    expect(kindsOf(report)).toEqual(tickets.flatMap(() => ['already', 'already', 'admitted']));
    expect(report.duplicates).toHaveLength(tickets.length);
    for (const { first, others } of report.duplicates)
      expect({ first, others }).toEqual({
        first: { at: early, gate: 'device' },
        others: [{ at: late, gate: 'device' }],
      });
    expect(told.map(({ at }) => at)).toEqual(tickets.map(() => early));
  });

  it('cannot be in the future, so that a wrong clock does not send who came first to the back', async () => {
    const ticket = await fixture.ticket();
    const { sessionId, ticketId } = ticket;
    await fixture.checkIn({ sessionId, gate: 'wrong clock', scans: [scanOf(ticket, ago(-600))] });
    const noted = await firstIn(ticketId);
    expect(noted?.scanned_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    const again = await fixture.checkIn({ sessionId, scans: [scanOf(ticket)] });
    expect(outcomesOf(again)).toEqual([{ kind: 'already', at: noted?.scanned_at, gate: 'wrong clock' }]);
  });

  it('count who went in with an old or a cancelled code, whom no device could know of', async () => {
    const sessionId = newId();
    const reissued = await fixture.ticket({ sessionId, serial: 1 });
    const cancelled = await fixture.ticket({ sessionId, state: 'cancelled' });
    const scans = [
      scanOf({ ...reissued, serial: 0 }, ago(9)),
      scanOf(reissued, ago(8)),
      scanOf(cancelled, ago(7)),
      scanOf(await fixture.ticket(), ago(6)),
    ];
    const report = await fixture.checkIn({ sessionId, scans });
    expect(kindsOf(report)).toEqual(['superseded', 'admitted', 'cancelled', 'wrong-session']);
    expect(report.duplicates).toMatchObject([{ ticketId: reissued.ticketId, first: { at: scans[0]?.scannedAt } }]);
    expect(await log(cancelled.ticketId)).toMatchObject([{ let_in: 1 }]);
  });

  it('end alike in whatever order and portions they are uploaded', async () => {
    const scans = array(record({ ticket: integer({ min: 0, max: 2 }), second: integer({ min: 0, max: 9 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    const order = shuffledSubarray(
      Array.from({ length: 12 }, (_, place) => place),
      { minLength: 12 },
    );
    await assert(
      asyncProperty(scans, order, integer({ min: 1, max: 4 }), async (given, places, portion) => {
        const sessionId = newId();
        const tickets = await Promise.all([0, 1, 2].map((unit) => fixture.ticket({ sessionId, unit })));
        const start = ago(60).getTime();
        const made = given.flatMap(({ ticket, second }, index) => {
          const claims = tickets[ticket];
          // A millisecond apart, so that there is one order.
          return claims ? [{ claims, scan: scanOf(claims, new Date(start + second * 1_000 + index)) }] : [];
        });
        const sent = places.flatMap((place) => made[place]?.scan ?? []);
        const portions = Array.from({ length: Math.ceil(sent.length / portion) }, (_, index) =>
          sent.slice(index * portion, (index + 1) * portion),
        );
        await Promise.all(portions.map((each) => fixture.checkIn({ sessionId, scans: each })));
        const duplicates = await listDuplicates(fixture.db.kysely, sessionId);
        for (const { ticketId } of tickets) {
          const times = made
            .flatMap(({ claims, scan }) => (claims.ticketId === ticketId ? (scan.scannedAt ?? []) : []))
            .toSorted((a, b) => a.getTime() - b.getTime());
          expect((await firstIn(ticketId))?.scanned_at).toEqual(times[0]);
          const reported = duplicates.find((each) => each.ticketId === ticketId);
          const entries = reported ? [reported.first, ...reported.others] : [];
          expect(entries.map(({ at }) => at)).toEqual(times.length > 1 ? times : []);
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
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
    expect(await log(one.ticketId)).toHaveLength(1);
    expect(await log(other.ticketId)).toHaveLength(1);
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
