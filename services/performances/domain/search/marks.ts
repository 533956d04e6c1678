import { fieldOfItem } from './indexed-text.ts';
import { forEachItem, type Span } from './items.ts';
import type { PreparedWord } from './matching.ts';
import { normalizeWithOrigins } from './normalize.ts';
import { fieldOrder, type TextStore } from './text-store.ts';
import type { Mark } from './types.ts';

/** What the words matched in the original texts: in each the surest reading of each word, everywhere it occurs. */
export function marksOf(
  corpus: { store: TextStore; texts: readonly string[] },
  words: readonly PreparedWord[],
  slot: number,
): Mark[] {
  const { store, texts } = corpus;
  const marks: Mark[] = [];
  let number = 0;
  forEachItem(store, slot, (item) => {
    const found = words.flatMap(({ readings }) => occurrences(readings, item));
    const field = fieldOrder[fieldOfItem(number, texts.length)];
    const whichOfCast = field === 'cast' ? { index: number - 2 } : {};
    for (const span of originals(found, texts[number] ?? '')) marks.push({ field, ...whichOfCast, ...span });
    number += 1;
  });
  return marks;
}

function originals(found: readonly Span[], text: string): Span[] {
  if (found.length === 0) return [];
  const origins = normalizeWithOrigins(text);
  return merged(found.map(({ from, to }) => ({ from: origins.from[from] ?? 0, to: origins.to[to - 1] ?? 0 })));
}

function occurrences(readings: PreparedWord['readings'], item: Span): Span[] {
  for (const { needle } of readings) {
    const found: Span[] = [];
    for (let at = needle.find(item.from, item.to); at >= 0; ) {
      const end = needle.endOf(at);
      found.push({ from: at - item.from, to: end - item.from });
      at = needle.find(end, item.to);
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
