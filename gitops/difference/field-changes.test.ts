import { describe, expect, it } from '@jest/globals';
import { assert, jsonValue, property } from 'fast-check';
import { fieldChanges } from './field-changes.ts';

const rule = (...paths: string[]) => ({
  from: [{ source: 'gateway' }],
  to: [{ operation: { methods: ['GET'], paths } }],
});

describe('field changes', () => {
  it('name each field by its path', () => {
    expect(fieldChanges({ spec: { replicas: 1, gone: true } }, { spec: { replicas: 2, new: 'x' } })).toEqual([
      { path: 'spec.gone', change: 'removed', before: true },
      { path: 'spec.new', change: 'added', after: 'x' },
      { path: 'spec.replicas', change: 'changed', before: 1, after: 2 },
    ]);
  });

  it('quote a key that would read as several steps', () => {
    expect(fieldChanges({ labels: {} }, { labels: { 'app.kubernetes.io/name': 'auth' } })).toEqual([
      { path: 'labels["app.kubernetes.io/name"]', change: 'added', after: 'auth' },
    ]);
  });

  it('find a named entry wherever it stands', () => {
    const routes = [{ name: 'reads', timeout: '10s' }, { name: 'writes' }];
    const changed = [{ name: 'docs' }, { name: 'reads', timeout: '3s' }, { name: 'writes' }];
    expect(fieldChanges({ http: routes }, { http: changed })).toEqual([
      { path: 'http[docs]', change: 'added', after: { name: 'docs' } },
      { path: 'http[reads].timeout', change: 'changed', before: '10s', after: '3s' },
    ]);
  });

  it('say that only the order changed, which for routes is another meaning', () => {
    const routes = [{ name: 'reads' }, { name: 'writes' }];
    expect(fieldChanges({ http: routes }, { http: routes.toReversed() })).toEqual([
      { path: 'http', change: 'reordered' },
    ]);
  });

  it('of a rule without a name that gains a path are that path, not the rules behind it', () => {
    const other = { from: [{ source: 'auth-api' }], to: [{ operation: { methods: ['POST'], paths: ['/c'] } }] };
    expect(fieldChanges([rule('/a'), other], [rule('/a', '/b'), other])).toEqual([
      { path: '[0].to[0].operation.paths[1]', change: 'added', after: '/b' },
    ]);
    expect(fieldChanges([rule('/a'), other], [other])).toEqual([
      { path: '[0]', change: 'removed', before: rule('/a') },
    ]);
  });

  it('are none for the same value, and some for any other', () => {
    assert(
      property(jsonValue(), jsonValue(), (before, after) => {
        expect(fieldChanges(sorted(before), sorted(before))).toEqual([]);
        // JSON has no -0.
        const same = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
        expect(fieldChanges(sorted(before), sorted(after)).length === 0).toBe(same);
      }),
    );
  });
});

/** With the keys of every object in order, so that equal values are equal texts, and no -0. */
function sorted(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, child: unknown) =>
      typeof child === 'object' && child !== null && !Array.isArray(child)
        ? Object.fromEntries(Object.entries(child).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : child,
    ),
  );
}
