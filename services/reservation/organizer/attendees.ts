import { setImmediate as turn } from 'node:timers/promises';
import type { Executor } from '@ticketaka/platform/mariadb';
import { Label } from '../schemas/common.ts';
import { type AttendeePosition, type AttendeeRow, attendeeRows } from './attendee-store.ts';
import { csvHeader, csvLine } from './csv.ts';

/** Rows of one look, so that others get their turn: a stadium has a hundred thousand. */
const rowsAtOnce = 2_000;

const columns = {
  ko: ['티켓', '예매', '이름', '구역', '층', '열', '번호', '등급', '구분', '상태', '입장 시각'],
  en: ['Ticket', 'Reservation', 'Name', 'Section', 'Floor', 'Row', 'Number', 'Grade', 'Kind', 'State', 'Checked in'],
} as const;

/** Everybody, as a CSV file of some 150 bytes a ticket. */
export async function attendeesCsv(db: Executor, sessionId: string, locale: 'ko' | 'en'): Promise<string> {
  const parts = [csvHeader(columns[locale])];
  let after: AttendeePosition | undefined;
  for (;;) {
    const rows = await attendeeRows(db, sessionId, { limit: rowsAtOnce, after });
    parts.push(rows.map((row) => csvLine(cellsOf(row))).join(''));
    after = rows.at(-1);
    if (rows.length < rowsAtOnce) return parts.join('');
    await turn();
  }
}

function cellsOf(row: AttendeeRow): string[] {
  const { section, floor, row: line, number } = labelOf(row);
  return [
    row.ticketId,
    row.reservationId,
    row.name ?? '',
    section,
    floor ?? '',
    line ?? '',
    number,
    row.grade,
    row.kind,
    row.state,
    row.checkedInAt?.toISOString() ?? '',
  ];
}

export function representAttendee(row: AttendeeRow) {
  const { ticketId, reservationId, name, grade, kind, state, checkedInAt } = row;
  const label = labelOf(row);
  return { ticketId, reservationId, name, label, grade, kind, state, checkedInAt: checkedInAt?.toISOString() ?? null };
}

function labelOf({ label }: AttendeeRow): Label {
  return Label.parse(JSON.parse(label));
}
