import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseCookies } from './cookies.ts';

describe('parseCookies', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['a=b', { a: 'b' }],
    ['a=b; c = d ;e', { a: 'b', c: 'd' }],
    ['a=1; a=2', { a: '1' }],
    ['a="b c"', { a: 'b c' }],
    ['a=%EA%B0%80', { a: '가' }],
    ['a=%zz', { a: '%zz' }],
    ['a=b=c', { a: 'b=c' }],
  ])('reads %j', (header, cookies) => {
    expect({ ...parseCookies(header) }).toEqual(cookies);
  });

  it('gives back what was set, whatever its value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(parseCookies(`a=1; b=${encodeURIComponent(value)}; c=3`)['b']).toBe(value);
      }),
    );
  });

  it('never touches a prototype', () => {
    const cookies = parseCookies('__proto__=x; constructor=y');
    expect([Object.getPrototypeOf(cookies), cookies['constructor']]).toEqual([null, 'y']);
  });
});
