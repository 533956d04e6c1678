import type { SeatMapDocument } from '@ticketaka/performances/api';
import { ring } from './ring.ts';

const centre = { x: 0, y: 75 };

/** 50,000 units: four standing areas of 2,500 on the ground and three rings of 16,000, 12,000 and 12,000 seats. */
export function stadium(): SeatMapDocument {
  return {
    sections: [
      ...['A', 'B', 'C', 'D'].map((name, place) => standing(name, place)),
      ...ring({ floor: '1', count: 40, rows: 20, seatsOfRow: 20, centre, radius: 95, stretch: 1.35 }),
      ...ring({ floor: '2', count: 40, rows: 15, seatsOfRow: 20, centre, radius: 130, stretch: 1.35 }),
      ...ring({ floor: '3', count: 40, rows: 15, seatsOfRow: 20, centre, radius: 158, stretch: 1.35 }),
    ],
  };
}

/** A and B in front of the stage, C and D behind them. */
function standing(name: string, place: number): SeatMapDocument['sections'][number] {
  const left = place % 2 === 0 ? -62 : 2;
  const near = place < 2 ? 12 : 74;
  const outline: [number, number][] = [
    [left, near],
    [left + 60, near],
    [left + 60, near + 58],
    [left, near + 58],
  ];
  return { kind: 'standing', name: `스탠딩 ${name}`, floor: 'G', capacity: 2500, outline };
}
