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

/** The item that has the unit at `at`. */
export function itemAround({ units }: TextStore, at: number): Span {
  let [from, to] = [at, at];
  while (units[from - 1] !== itemEnd) from -= 1;
  while (units[to] !== itemEnd) to += 1;
  return { from, to };
}

/** How many items the slot has before this one. */
export function itemsBefore(store: TextStore, slot: number, { from }: Span): number {
  let items = 0;
  for (let at = store.start(slot); at < from; at += 1) if (store.units[at] === itemEnd) items += 1;
  return items;
}
