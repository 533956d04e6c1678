import { isDeepStrictEqual } from 'node:util';

export type FieldChange =
  | { readonly path: string; readonly change: 'added'; readonly after: unknown }
  | { readonly path: string; readonly change: 'removed'; readonly before: unknown }
  | { readonly path: string; readonly change: 'changed'; readonly before: unknown; readonly after: unknown }
  /** The same entries in another order, which in a list of rules or routes is another meaning. */
  | { readonly path: string; readonly change: 'reordered' };

/** What differs between two values, field by field, each with its path: `spec.http[reads].timeout`. */
export function fieldChanges(before: unknown, after: unknown, path = ''): readonly FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path);
  if (isRecord(before) && isRecord(after)) return recordChanges(before, after, path);
  return [{ path, change: 'changed', before, after }];
}

function recordChanges(before: Fields, after: Fields, path: string): FieldChange[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].toSorted().flatMap((key) => {
    const child = path === '' ? step(key) : `${path}${key.includes('.') || key.includes('/') ? step(key) : `.${key}`}`;
    if (!Object.hasOwn(before, key)) return [{ path: child, change: 'added' as const, after: after[key] }];
    if (!Object.hasOwn(after, key)) return [{ path: child, change: 'removed' as const, before: before[key] }];
    return fieldChanges(before[key], after[key], child);
  });
}

/** A key with a dot or a slash in it, as a label has, would be misread as several steps. */
function step(key: string): string {
  return key.includes('.') || key.includes('/') ? `["${key}"]` : key;
}

/**
 * Entries are the same thing when they are named the same (containers, routes, ports), or equal, or else most alike:
 * a rule that gains a path is one changed rule, not all the rules behind it.
 */
function listChanges(before: readonly unknown[], after: readonly unknown[], path: string): FieldChange[] {
  const pairs = pair(before, after);
  const changes: FieldChange[] = [];
  for (const { from, to } of pairs) {
    if (from === undefined) {
      changes.push({ path: `${path}[${labelOf(after, to ?? 0)}]`, change: 'added', after: after[to ?? 0] });
    } else if (to === undefined) {
      changes.push({ path: `${path}[${labelOf(before, from)}]`, change: 'removed', before: before[from] });
    } else {
      changes.push(...fieldChanges(before[from], after[to], `${path}[${labelOf(after, to)}]`));
    }
  }
  const kept = pairs.flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [{ from, to }]));
  const order = kept.toSorted((a, b) => a.from - b.from).map(({ to }) => to);
  if (order.some((to, index) => index > 0 && to < (order[index - 1] ?? 0))) changes.push({ path, change: 'reordered' });
  return changes;
}

interface Pair {
  readonly from?: number;
  readonly to?: number;
}

function pair(before: readonly unknown[], after: readonly unknown[]): Pair[] {
  const from = new Set(before.keys());
  const to = new Set(after.keys());
  const pairs: Pair[] = [];
  const join = (one: number, other: number) => {
    pairs.push({ from: one, to: other });
    from.delete(one);
    to.delete(other);
  };
  const named = namesDiffer(before) && namesDiffer(after);
  const same = named
    ? (a: unknown, b: unknown) => nameOf(a) === nameOf(b)
    : (a: unknown, b: unknown) => isDeepStrictEqual(a, b);
  for (const one of before.keys()) {
    const other = [...to].find((index) => same(before[one], after[index]));
    if (other !== undefined) join(one, other);
  }
  if (!named) {
    for (const one of from) {
      const alike = [...to]
        .map((index) => ({ index, likeness: likeness(before[one], after[index]) }))
        .toSorted((a, b) => b.likeness - a.likeness)[0];
      if (alike && alike.likeness > 0) join(one, alike.index);
    }
  }
  pairs.push(...[...from].map((index) => ({ from: index })), ...[...to].map((index) => ({ to: index })));
  return pairs.toSorted((a, b) => (a.to ?? a.from ?? 0) - (b.to ?? b.from ?? 0));
}

/** The share of leaves that two values have in common; none for two plain values. */
function likeness(a: unknown, b: unknown): number {
  if (typeof a !== 'object' || typeof b !== 'object') return 0;
  const [some, others] = [new Set(leavesOf(a)), new Set(leavesOf(b))];
  const shared = [...some].filter((leaf) => others.has(leaf)).length;
  return shared / Math.max(some.size, others.size, 1);
}

function leavesOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => leavesOf(entry, `${path}[]`));
  if (isRecord(value)) return Object.entries(value).flatMap(([key, child]) => leavesOf(child, `${path}.${key}`));
  return [`${path}=${JSON.stringify(value)}`];
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(entry: unknown): string | undefined {
  return isRecord(entry) && typeof entry['name'] === 'string' ? entry['name'] : undefined;
}

function namesDiffer(list: readonly unknown[]): boolean {
  const names = list.map(nameOf);
  return !names.includes(undefined) && new Set(names).size === names.length;
}

function labelOf(list: readonly unknown[], index: number): string {
  return (namesDiffer(list) && nameOf(list[index])) || String(index);
}
