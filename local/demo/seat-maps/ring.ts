import type { SeatMapDocument } from '@ticketaka/performances/api';
import { arcRows } from './arc.ts';

interface Ring {
  readonly floor: string;
  /** Sections, from the left of the stage around to its right. */
  readonly count: number;
  readonly rows: number;
  readonly seatsOfRow: number;
  readonly centre: { readonly x: number; readonly y: number };
  readonly radius: number;
  readonly stretch: number;
}

/** Behind the stage nobody sits. */
const openEnd = 150;

/** Sections around the ground, numbered `101`, `102`, … by floor. */
export function ring({ floor, count, ...block }: Ring): SeatMapDocument['sections'] {
  const width = (2 * openEnd) / count;
  const aisle = width * 0.06;
  return Array.from({ length: count }, (_, place) => ({
    kind: 'seated' as const,
    name: `${floor}${String(place + 1).padStart(2, '0')}구역`,
    floor,
    rows: arcRows({
      ...block,
      rowPitch: 1.4,
      from: -openEnd + place * width + aisle,
      to: -openEnd + (place + 1) * width - aisle,
    }),
  }));
}
