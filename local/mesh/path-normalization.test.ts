import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { normalizations, normalizeTarget } from './path-normalization.ts';

const base = (path: string) => normalizeTarget(path, 'BASE')?.path;
const decoded = (path: string) => normalizeTarget(path, 'DECODE_AND_MERGE_SLASHES')?.path;

/** Paths made of the pieces that tricks are made of. */
const piece = fc.constantFrom(
  '/',
  '//',
  '.',
  '..',
  '%2e',
  '%2E%2e',
  '%2f',
  '%2F',
  '%5c',
  '%5C',
  '\\',
  ';',
  'a',
  'B',
  '%61',
  '%',
  '%2',
  '%25',
  '%252e',
  '%00',
  '~',
  '%7e',
  ' ',
  '"',
  '%22',
  '{',
  '?',
  '#',
  '%c0%af',
  '*',
  'admin',
);
const tricky = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);

/** The URL of the platform leaves escaped letters as they are and escapes fewer bytes: compare what is meant. */
const plain = (path: string) =>
  path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

describe('path normalisation', () => {
  // The table of Envoy's own test of its path utility.
  it.each([
    ['/xyz', '/xyz'],
    ['/a/b/../c', '/a/c'],
    ['/a/b/./c', '/a/b/c'],
    ['/a/b/../../../../c', '/c'],
    ['/a/..\\c', '/c'],
    ['/%c0%af', '/%c0%af'],
    ['/%5c%25', '/%5c%25'],
    ['/a/b/%2E%2E/c', '/a/c'],
    ['/a/b/%2E./c', '/a/c'],
    ['/../a/b', '/a/b'],
    ['/A/B/C', '/A/B/C'],
    ['/a/%2F%2f/c', '/a/%2F%2f/c'],
    ['/a//b', '/a//b'],
    ['/a/..', '/'],
    ['/a/.', '/a/'],
    ['/%41%7a%5F', '/Az_'],
    ['/a;b=c', '/a;b=c'],
    ['/a"b', '/a%22b'],
  ])('BASE makes %s to %s', (path, expected) => {
    expect(base(path)).toBe(expected);
  });

  it.each([
    ['/a//b///c//', '/a/b/c/'],
    ['//a', '/a'],
    ['/a%2F..%5cb', '/b'],
    ['/a%2f%2Fb', '/a/b'],
    ['/a%252fb', '/a%252fb'],
  ])('DECODE_AND_MERGE_SLASHES makes %s to %s', (path, expected) => {
    expect(decoded(path)).toBe(expected);
  });

  it.each(['/xyz/.%00../abc', '/a%', '/a%2', '/a%zz', '/%%32%66', '/a#b', '/a?b#c', '', 'a', '*', '/a b', '/é'])(
    'refuses %s',
    (path) => {
      expect(decoded(path)).toBeUndefined();
    },
  );

  it('never touches the query', () => {
    expect(normalizeTarget('/a//b?x=//%2F..&y=%zz', 'DECODE_AND_MERGE_SLASHES')).toEqual({
      path: '/a/b',
      query: '?x=//%2F..&y=%zz',
    });
  });

  it('changes nothing with NONE', () => {
    expect(normalizeTarget('/a//..%2Fb', 'NONE')?.path).toBe('/a//..%2Fb');
  });

  it('is the same when it is done twice', () => {
    fc.assert(
      fc.property(tricky, fc.constantFrom(...normalizations), (path, normalization) => {
        const once = normalizeTarget(path, normalization)?.path;
        fc.pre(once !== undefined);
        expect(normalizeTarget(once ?? '', normalization)?.path).toBe(once);
      }),
    );
  });

  it('leaves nothing that a handler which decodes once more could climb with', () => {
    fc.assert(
      fc.property(tricky, (path) => {
        const normalized = decoded(path);
        fc.pre(normalized !== undefined);
        const again = plain(normalized ?? '');
        expect(again).not.toMatch(/\\|\/\/|(^|\/)\.\.?(\/|$)/);
        expect(again.split('/')).toHaveLength((normalized ?? '').split('/').length);
      }),
    );
  });

  it('agrees with the URL of the platform on where dots lead', () => {
    fc.assert(
      fc.property(tricky, (path) => {
        const normalized = base(path);
        fc.pre(normalized !== undefined && !path.startsWith('//') && !/^\/[\\]/.test(path));
        const resolved = new URL(path, 'http://a').pathname;
        expect(plain(normalized ?? '')).toBe(plain(resolved));
      }),
    );
  });

  it('is quick for paths that are plain, and right about which are', () => {
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        fc.pre(path.startsWith('/'));
        expect(base(path)).toBe(base(`/x/..${path}`));
      }),
    );
  });
});
