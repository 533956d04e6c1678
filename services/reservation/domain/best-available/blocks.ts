import type { Layout } from './layout.ts';
import { hasPlace } from './open-seats.ts';
import type { Window } from './window.ts';

/** The longest windows that there are: each ends at a taken seat, an aisle or an end of its row. By row of the layout. */
export function blocksByRow({ rows }: Layout, mask: Uint32Array): Window[][] {
  return rows.map((row) => {
    const blocks: Window[] = [];
    let start = 0;
    for (let place = 0; place <= row.units.length; place += 1) {
      const open = place < row.units.length && hasPlace(mask, row, place);
      if (open && row.stretchOf[place] === row.stretchOf[start]) continue;
      if (place > start) blocks.push({ row, start, size: place - start });
      start = open ? place : place + 1;
    }
    return blocks;
  });
}

/** Every window of a size within a block. */
export function windowsIn({ row, start, size }: Window, wanted: number): Window[] {
  return Array.from({ length: Math.max(0, size - wanted + 1) }, (_, offset) => ({
    row,
    start: start + offset,
    size: wanted,
  }));
}
