import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { completions, compose, decompose, initialConsonants, initialOf, syllablesWithInitial } from './hangul.ts';

const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 });

describe('Hangul syllables', () => {
  it('are taken apart and put together without loss', () => {
    fc.assert(fc.property(syllable, (code) => compose(decompose(code)) === code));
  });

  it('are taken apart as Unicode does it', () => {
    fc.assert(
      fc.property(syllable, (code) => {
        const { initial, vowel, final } = decompose(code);
        const jamo = [0x1100 + initial, 0x1161 + vowel, ...(final > 0 ? [0x11a7 + final] : [])];
        expect(String.fromCharCode(code).normalize('NFD')).toBe(String.fromCharCode(...jamo));
      }),
    );
  });

  it('have the initial consonant in whose range they are', () => {
    fc.assert(
      fc.property(syllable, (code) => {
        const { lowest, highest } = syllablesWithInitial(initialOf(code));
        return lowest <= code && code <= highest;
      }),
    );
    expect(initialOf('ㅆ'.charCodeAt(0))).toBe(initialConsonants.indexOf('ㅆ'));
    expect(initialOf('ㄳ'.charCodeAt(0))).toBe(-1);
    expect(initialOf('a'.charCodeAt(0))).toBe(-1);
  });

  it.each([
    ['해', '햄', true],
    ['고', '괜', true],
    ['각', '갃', true],
    ['리', '릿', true],
    ['해', '하', false],
    ['각', '간', false],
    ['햄', '햅', false],
  ])('of which %s can become %s: %s', (typed, meant, can) => {
    const { lowest, highest } = completions(typed.charCodeAt(0));
    expect(meant.charCodeAt(0) >= lowest && meant.charCodeAt(0) <= highest).toBe(can);
  });
});
