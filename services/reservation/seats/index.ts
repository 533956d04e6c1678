export { readUnit, unitState } from './bitmap.ts';
export { parseChange } from './changes.ts';
export { gatherHolds } from './gathered-holds.ts';
export { changesKey } from './keys.ts';
export { createSeatImage, type SeatImage } from './seat-image.ts';
export { sequenceText } from './sequence.ts';
export type * from './types.ts';
