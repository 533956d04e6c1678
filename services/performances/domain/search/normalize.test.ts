import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { normalize, normalizeWithOrigins, visitNormalized } from './normalize.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });

describe('normalize', () => {
  it.each([
    ['햄릿'.normalize('NFD'), '햄릿'],
    ['햄: 릿!', '햄릿'],
    ['ＨＡＭＬＥＴ', 'hamlet'],
    ['Les Misérables', 'lesmiserables'],
    ['Les Misérables'.normalize('NFD'), 'lesmiserables'],
    ["Don't", 'dont'],
    ['㈜공연 Ⅱ', '주공연ii'],
    ['ㅋㅋ', 'ㅋㅋ'],
    ['ㄳ', 'ㄱㅅ'],
    ['ㅘ', 'ㅘ'],
    ['\u1112', 'ㅎ'],
    ['🎭', ''],
  ])('makes of %s %s', (given, expected) => {
    expect(normalize(given)).toBe(expected);
  });

  it('changes nothing when done again', () => {
    fc.assert(fc.property(text, (given) => expect(normalize(normalize(given))).toBe(normalize(given))));
  });

  it('gives the same for a text in any Unicode form', () => {
    const hangul = fc.string({ unit: fc.constantFrom('햄', '릿', '값', 'é', 'a', ' ', 'ㅎ'), maxLength: 12 });
    fc.assert(
      fc.property(hangul, (given) => {
        for (const form of ['NFC', 'NFD']) expect(normalize(given.normalize(form))).toBe(normalize(given));
      }),
    );
  });

  it('knows where each unit stands in the original', () => {
    fc.assert(
      fc.property(text, (given) => {
        const { text: normalized, from, to } = normalizeWithOrigins(given);
        for (const [at, start] of from.entries()) {
          expect(normalize(given.slice(start, to[at]))).toContain(normalized.charAt(at));
        }
      }),
    );
  });

  it.each([
    ['겨울 정원의 햄릿', ['겨', '정', '햄']],
    ["Don't stop", ['d', 's']],
    ['2026햄릿', ['2', '햄']],
    ['A-B', ['a', 'b']],
  ])('tells where the words of %s start', (given, expected) => {
    const starts: string[] = [];
    visitNormalized(given, (code, { startsWord }) => {
      if (startsWord) starts.push(String.fromCharCode(code));
    });
    expect(starts).toEqual(expected);
  });
});
