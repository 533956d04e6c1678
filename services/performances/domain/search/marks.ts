import { fieldOfItem } from './indexed-text.ts';
import { endOf, find } from './matcher.ts';
import type { PreparedWord } from './matching.ts';
import { normalizeWithOrigins } from './normalize.ts';
import { fieldOrder, type TextStore } from './text-store.ts';
import type { Mark } from './types.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The items of a slot, as they stand in the store without their ends. */
export function itemsOf(store: TextStore, slot: number): Span[] {
  const items: Span[] = [];
  let from = store.start(slot);
  for (let at = from; at < store.end(slot); at += 1) {
    if (store.units[at] !== 0) continue;
    items.push({ from, to: at });
    from = at + 1;
  }
  return items;
}

/** What the words matched in the original texts: in each the surest reading of each word, everywhere it occurs. */
export function marksOf(
  corpus: { store: TextStore; texts: readonly string[] },
  words: readonly PreparedWord[],
  slot: number,
): Mark[] {
  const { store, texts } = corpus;
  return itemsOf(store, slot).flatMap((item, number) => {
    const found = words.flatMap(({ readings }) => occurrences(store, readings, item));
    if (found.length === 0) return [];
    const origins = normalizeWithOrigins(texts[number] ?? '');
    const spans = found.map(({ from, to }) => ({ from: origins.from[from] ?? 0, to: origins.to[to - 1] ?? 0 }));
    const field = fieldOrder[fieldOfItem(number, texts.length)];
    const whichOfCast = field === 'cast' ? { index: number - 2 } : {};
    return merged(spans).map(({ from, to }) => ({ field, ...whichOfCast, from, to }));
  });
}

function occurrences(store: TextStore, readings: PreparedWord['readings'], item: Span): Span[] {
  for (const { needle } of readings) {
    const found: Span[] = [];
    for (let at = find(store, needle, item); at >= 0; ) {
      const end = endOf(store, needle, at);
      found.push({ from: at - item.from, to: end - item.from });
      at = find(store, needle, { from: end, to: item.to });
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** In order, those that overlap or touch as one. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = result.at(-1);
    if (last === undefined || span.from > last.to) result.push(span);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return result;
}
