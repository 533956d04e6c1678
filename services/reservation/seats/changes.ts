import { type UnitState, writeUnit } from './bitmap.ts';
import { sequenceOf } from './sequence.ts';

/** What one command changed. `reset` says that the image was built anew: nothing before it counts. */
export interface SeatChange {
  /** Monotonic over the life of a session. Within an epoch one more than the one before. */
  readonly version: number;
  readonly reset: boolean;
  /** In the order in which they happened: a unit may become free and held again by one command. */
  readonly steps: readonly { readonly state: UnitState; readonly units: readonly number[] }[];
}

const states: Readonly<Record<string, UnitState>> = { 0: 0, 1: 1, 2: 2, 3: 3 };

/** An entry of the stream as XRANGE and XREAD give it. @throws when it is none of ours */
export function parseChange([id, fields]: readonly [id: string, fields: readonly string[]]): SeatChange {
  const [epoch, count] = id.split('-');
  const steps = [];
  let reset = false;
  for (let at = 0; at < fields.length; at += 2) {
    const [field = '', units = ''] = fields.slice(at, at + 2);
    const state = states[field];
    if (state === undefined && field !== 'r') throw new Error(`the stream of seats has a field ${field}`);
    if (state === undefined) reset = true;
    else steps.push({ state, units: units.split(',').map(Number) });
  }
  return { version: sequenceOf(Number(epoch), Number(count)), reset, steps };
}

/** Brings a bitmap to the version of the change, in place. */
export function applyChange(bitmap: Uint8Array, { steps }: SeatChange): void {
  for (const { state, units } of steps) for (const unit of units) writeUnit(bitmap, unit, state);
}
