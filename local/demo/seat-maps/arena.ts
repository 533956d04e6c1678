import type { SeatMapDocument } from '@ticketaka/performances/api';
import { arcRows, type Row } from './arc.ts';
import { ring } from './ring.ts';

/** 15,000 seats: four blocks of 500 on the floor, a lower ring of 6,000 and an upper one of 7,000. */
export function arena(): SeatMapDocument {
  const centre = { x: 0, y: 40 };
  return {
    sections: [
      ...['F1', 'F2', 'F3', 'F4'].map((name, place) => ({
        kind: 'seated' as const,
        name: `플로어 ${name}`,
        floor: 'F',
        rows: floorBlock((place % 2 === 0 ? -1 : 1) * 15, place < 2 ? 8 : 36),
      })),
      ...ring({ floor: '1', count: 24, rows: 10, seatsOfRow: 25, centre, radius: 62, stretch: 1.2 }),
      ...ring({ floor: '2', count: 28, rows: 10, seatsOfRow: 25, centre, radius: 80, stretch: 1.2 }),
    ],
  };
}

/** Twenty rows of twenty-five, bent a little towards the stage. */
function floorBlock(x: number, y: number): Row[] {
  const far = 200;
  return arcRows({
    rows: 20,
    seatsOfRow: 25,
    centre: { x, y: y - far },
    radius: far,
    rowPitch: 1.2,
    from: -3.6,
    to: 3.6,
  });
}
