import type { SeatMapDocument } from '@ticketaka/performances/api';
import { arcRows, withWheelchairs } from './arc.ts';

interface Floor {
  readonly floor: string;
  readonly rows: number;
  readonly seats: readonly [left: number, middle: number, right: number];
  readonly radius: number;
}

const floors: readonly Floor[] = [
  { floor: '1', rows: 20, seats: [10, 20, 10], radius: 30 },
  { floor: '2', rows: 10, seats: [10, 20, 10], radius: 62 },
  { floor: '3', rows: 10, seats: [8, 14, 8], radius: 80 },
];

/** 1,500 seats on three floors: 800, 400 and 300. The two places beside the sound desk are never sold. */
export function musicalHall(): SeatMapDocument {
  return { sections: floors.flatMap(floorSections) };
}

function floorSections({ floor, rows, seats, radius }: Floor): SeatMapDocument['sections'] {
  const [left, middle, right] = seats;
  const parts = [
    { name: 'A', seatsOfRow: left, from: -42, to: -22, firstNumber: 1 },
    { name: 'B', seatsOfRow: middle, from: -20, to: 20, firstNumber: left + 1 },
    { name: 'C', seatsOfRow: right, from: 22, to: 42, firstNumber: left + middle + 1 },
  ];
  return parts.map(({ name, ...part }) => {
    const curved = arcRows({ rows, centre: { x: 0, y: -28 }, radius, rowPitch: 1.4, ...part });
    const withPlaces = floor === '1' && name !== 'B' ? withWheelchairs(curved, 3) : curved;
    return { kind: 'seated', name: `${floor}층 ${name}구역`, floor, rows: withPlaces.map(besideTheDesk(floor, name)) };
  });
}

function besideTheDesk(floor: string, section: string) {
  return <Row extends { name: string; seats: { blocked?: boolean | undefined }[] }>(row: Row): Row => {
    if (floor !== '1' || section !== 'B' || row.name !== '20') return row;
    return {
      ...row,
      seats: row.seats.map((seat, place) => (place === 9 || place === 10 ? { ...seat, blocked: true } : seat)),
    };
  };
}
