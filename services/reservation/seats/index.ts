export { readUnit, type UnitState, unitState, writeUnit } from './bitmap.ts';
export { applyChange, parseChange, type SeatChange } from './changes.ts';
export { changesKey } from './keys.ts';
export { createSeatImage, type SeatImage, type SeatImageOptions } from './seat-image.ts';
export { sequenceText } from './sequence.ts';
export type * from './types.ts';
