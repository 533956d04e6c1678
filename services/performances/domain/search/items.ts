import { itemEnd } from './gram-index.ts';
import type { TextStore } from './text-store.ts';

/** From inclusive to exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Calls with each item of a slot, without its end. */
export function forEachItem(store: TextStore, slot: number, visit: (item: Span) => void): void {
  const { units } = store;
  const end = store.end(slot);
  let from = store.start(slot);
  for (let at = from; at < end; at += 1) {
    if (units[at] !== itemEnd) continue;
    visit({ from, to: at });
    from = at + 1;
  }
}
