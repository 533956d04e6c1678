import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { array, assert, asyncProperty, integer, record, shuffledSubarray } from 'fast-check';
import { type Admission, checkIn, listDuplicates } from '../index.ts';
import { ago, keys, kindsOf, outcomesOf, scanOf, startTickets, type TicketFixture } from './ticket-fixture.ts';

let fixture: TicketFixture;
beforeAll(async () => {
  fixture = await startTickets();
}, 60_000);
afterAll(() => fixture[Symbol.asyncDispose]());

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
    expect(await fixture.firstIn(ticketId)).toEqual({ gate: 'north', scanned_at: early.scannedAt });
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
    const noted = await fixture.firstIn(ticketId);
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
    expect(await fixture.log(cancelled.ticketId)).toMatchObject([{ let_in: 1 }]);
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
          expect((await fixture.firstIn(ticketId))?.scanned_at).toEqual(times[0]);
          const reported = duplicates.find((each) => each.ticketId === ticketId);
          const entries = reported ? [reported.first, ...reported.others] : [];
          expect(entries.map(({ at }) => at)).toEqual(times.length > 1 ? times : []);
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
