import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { localeOf } from './locale.ts';

describe('localeOf', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['fr', 'en'],
    ['ko', 'ko'],
    ['KO-kr', 'ko'],
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['en-US,en;q=0.9,ko;q=0.8', 'en'],
    ['en;q=0.5, ko;q=0.6', 'ko'],
    ['fr, ko;q=0.1', 'ko'],
    ['ko;q=0', 'en'],
    ['kok', 'en'],
    ['ko;q=x', 'en'],
  ] as const)('reads %j as %s', (header, locale) => {
    expect(localeOf(header)).toBe(locale);
  });

  it('knows one of its languages for every header', () => {
    fc.assert(fc.property(fc.string(), (header) => ['ko', 'en'].includes(localeOf(header))));
  });
});
