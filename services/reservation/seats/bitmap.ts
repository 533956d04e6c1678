/** What a viewer sees of a unit. An offered unit is held. */
export const unitState = { free: 0, held: 1, taken: 2, blocked: 3 } as const;
export type UnitState = (typeof unitState)[keyof typeof unitState];

export const bitmapBytes = (units: number): number => Math.ceil(units / 4);

export function readUnit(bitmap: Uint8Array, unit: number): UnitState {
  const byte = bitmap[unit >> 2] ?? 0;
  // Two bits have no other values.
  return ((byte >> shiftOf(unit)) & 3) as UnitState;
}

export function writeUnit(bitmap: Uint8Array, unit: number, state: UnitState): void {
  const at = unit >> 2;
  const shift = shiftOf(unit);
  bitmap[at] = ((bitmap[at] ?? 0) & ~(3 << shift)) | (state << shift);
}

/** The first unit of a byte has its highest bits, as BITFIELD counts. */
const shiftOf = (unit: number) => 6 - 2 * (unit & 3);
