import type { SeatMapDocument } from '@ticketaka/performances/api';

type Seated = Extract<SeatMapDocument['sections'][number], { kind: 'seated' }>;
export type Seat = Seated['rows'][number]['seats'][number];
export type Row = Seated['rows'][number];

/** A block of seats in rows that curve around a point: x to the right, y away from the stage. */
export interface Block {
  readonly rows: number;
  readonly seatsOfRow: number;
  /** Where the curve has its middle. */
  readonly centre: { readonly x: number; readonly y: number };
  /** From the middle to the first row, and from row to row. */
  readonly radius: number;
  readonly rowPitch: number;
  /** Degrees from the axis that leads away from the stage; positive to the right. */
  readonly from: number;
  readonly to: number;
  /** Widens the curve to the sides, as in a stadium. @default 1 */
  readonly stretch?: number;
  readonly firstRow?: number;
  readonly firstNumber?: number;
}

/** The rows of a block, seats numbered from left to right as one looks at the stage. */
export function arcRows(block: Block): Row[] {
  const { rows, seatsOfRow, centre, radius, rowPitch, from, to, stretch = 1, firstRow = 1, firstNumber = 1 } = block;
  return Array.from({ length: rows }, (_, row) => ({
    name: String(firstRow + row),
    seats: Array.from({ length: seatsOfRow }, (__, place): Seat => {
      const degrees = seatsOfRow === 1 ? (from + to) / 2 : from + ((to - from) * (place + 0.5)) / seatsOfRow;
      const angle = (degrees * Math.PI) / 180;
      const distance = radius + row * rowPitch;
      return {
        number: String(firstNumber + place),
        x: round(centre.x + Math.sin(angle) * distance * stretch),
        y: round(centre.y + Math.cos(angle) * distance),
      };
    }),
  }));
}

/** The last row's ends, for wheelchairs with a companion beside each. */
export function withWheelchairs(rows: readonly Row[], pairs: number): Row[] {
  return rows.map((row, index) =>
    index < rows.length - 1
      ? row
      : {
          ...row,
          seats: row.seats.map((seat, place): Seat => {
            if (place >= pairs * 2) return seat;
            return { ...seat, kind: place % 2 === 0 ? 'wheelchair' : 'companion' };
          }),
        },
  );
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
