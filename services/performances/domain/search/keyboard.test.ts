import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { toHangulKeys, toLatinKeys } from './keyboard.ts';

describe('the other keyboard layout', () => {
  it.each([
    ['goaflt', '햄릿'],
    ['Rhc', '꽃'],
    ['GOAFLT', '햄릿'],
    ['rkqt', '값'],
    ['rkqtdl', '값이'],
    ['rkqtl', '갑시'],
    ['dhkd', '왕'],
    ['gaf', 'ㅎㅁㄹ'],
    ['hamlet', 'ㅗ믣ㅅ'],
    ['goaflt2', '햄릿2'],
  ])('makes of %s %s', (latin, hangul) => {
    expect(toHangulKeys(latin)).toBe(hangul);
  });

  it.each([
    ['ㅗ므ㅣㄷㅅ', 'hamlet'],
    ['ㅗ믣ㅅ', 'hamlet'],
    ['햄릿', 'goaflt'],
    ['꽃', 'Rhc'],
    ['ㄳ', 'rt'],
    ['햄릿'.normalize('NFD'), 'goaflt'],
  ])('makes of %s %s', (hangul, latin) => {
    expect(toLatinKeys(hangul)).toBe(latin);
  });

  it('gives back what was typed in Hangul', () => {
    const syllables = fc.array(fc.integer({ min: 0xac00, max: 0xd7a3 }), { maxLength: 8 });
    fc.assert(
      fc.property(syllables, (codes) => {
        const typed = String.fromCharCode(...codes);
        const keys = toLatinKeys(typed);
        // All in capitals is taken for a caps lock.
        fc.pre(keys !== keys.toUpperCase());
        expect(toHangulKeys(keys)).toBe(typed);
      }),
    );
  });

  it('gives back what was typed in Latin letters', () => {
    const lowerCase = fc.string({ unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz')), maxLength: 12 });
    fc.assert(fc.property(lowerCase, (typed) => expect(toLatinKeys(toHangulKeys(typed))).toBe(typed)));
  });
});
