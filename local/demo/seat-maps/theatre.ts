import type { SeatMapDocument } from '@ticketaka/performances/api';
import { arcRows, withWheelchairs } from './arc.ts';

/** 600 seats on one floor: twenty rows of thirty, in three sections. */
export function theatre(): SeatMapDocument {
  const room = { rows: 20, centre: { x: 0, y: -22 }, radius: 24, rowPitch: 1.4 };
  const section = (name: string, part: { seatsOfRow: number; from: number; to: number; firstNumber: number }) => ({
    kind: 'seated' as const,
    name,
    floor: '1',
    rows: withWheelchairs(arcRows({ ...room, ...part }), name === 'B구역' ? 0 : 2),
  });
  return {
    sections: [
      section('A구역', { seatsOfRow: 8, from: -38, to: -19, firstNumber: 1 }),
      section('B구역', { seatsOfRow: 14, from: -17, to: 17, firstNumber: 9 }),
      section('C구역', { seatsOfRow: 8, from: 19, to: 38, firstNumber: 23 }),
    ],
  };
}
