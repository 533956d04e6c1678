import { newId } from '@ticketaka/platform/ids';
import type { Database } from '@ticketaka/platform/mariadb';
import { openTestDatabase, type TestResource } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { reservation } from '../../migrations/0001-reservation.ts';
import type { Schema } from '../../store/schema.ts';
import { checkIn, checkIns, type Scan, type ScanBatch, type TicketClaims, ticketKeys } from '../index.ts';

export const keys = ticketKeys([new Uint8Array(32).fill(7)]);

export interface NewTicket {
  readonly sessionId: string;
  readonly reservationId: string;
  readonly unit: number;
  readonly state: 'pending' | 'valid' | 'cancelled';
  readonly serial: number;
}

export interface TicketFixture extends TestResource {
  readonly db: Database<Schema>;
  /** A ticket as booking makes it, and what its code says. */
  ticket(change?: Partial<NewTicket>): Promise<TicketClaims>;
  /** Who is in with it, as the table has it. */
  firstIn(ticketId: string): Promise<{ readonly gate: string; readonly scanned_at: Date } | undefined>;
  /** The scans of it, as they are noted. */
  log(ticketId: string): Promise<readonly object[]>;
  checkIn(batch: Partial<ScanBatch> & Pick<ScanBatch, 'sessionId' | 'scans'>): ReturnType<typeof checkIn>;
}

export async function startTickets(): Promise<TicketFixture> {
  const migrations = { '0001-reservation': reservation, '0002-check-ins': checkIns };
  const db = await openTestDatabase<Schema>('reservation', { migrations, poolSize: 20 });
  return {
    db,
    async ticket({ sessionId = newId(), reservationId = newId(), unit = 12, state = 'valid', serial = 0 } = {}) {
      const ticketId = newId();
      const label = JSON.stringify({ section: 'A구역', floor: '1층', row: '3', number: String(unit) });
      await sql`
        INSERT INTO tickets (id, reservation_id, session_id, unit, grade, label, price, state, serial)
        VALUES (${ticketId}, ${reservationId}, ${sessionId}, ${unit}, 'VIP', ${label}, 150000, ${state}, ${serial})
      `.execute(db.kysely);
      return { ticketId, sessionId, unit, serial };
    },
    async firstIn(ticketId) {
      const { rows } = await sql<{ gate: string; scanned_at: Date }>`
        SELECT gate, scanned_at FROM check_ins WHERE ticket_id = ${ticketId}`.execute(db.kysely);
      return rows[0];
    },
    async log(ticketId) {
      const { rows } = await sql<object>`
        SELECT outcome, let_in, gate FROM scans WHERE ticket_id = ${ticketId} ORDER BY received_at, id
      `.execute(db.kysely);
      return rows;
    },
    checkIn: (batch) => checkIn(db, { keys }, { by: newId(), gate: 'north', ...batch }),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

/** A scan of the ticket's code: at a gate, or, with a time, on a device without a connection. */
export function scanOf(claims: TicketClaims, scannedAt?: Date): Scan {
  return { scanId: newId(), token: keys.sign(claims), scannedAt };
}

type Report = Awaited<ReturnType<typeof checkIn>>;

export const outcomesOf = ({ results }: Report) => results.map(({ outcome }) => outcome);
export const kindsOf = (report: Report) => outcomesOf(report).map(({ kind }) => kind);

/** Minutes ago, in whole seconds. */
export const ago = (minutes: number) => new Date(Math.floor(Date.now() / 1_000) * 1_000 - minutes * 60_000);
