import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compileStringMatch } from './string-match.ts';
import { compileWildcard } from './wildcard.ts';

const text = fc.stringMatching(/^[ab*/]{0,6}$/);

describe('strings of policies', () => {
  it('are what the words say: any, prefix, suffix, exact', () => {
    fc.assert(
      fc.property(text, text, (pattern, value) => {
        const expected =
          pattern === '*'
            ? value.length > 0
            : pattern.startsWith('*')
              ? value.slice(value.length - (pattern.length - 1)) === pattern.slice(1) &&
                value.length >= pattern.length - 1
              : pattern.endsWith('*')
                ? value.slice(0, pattern.length - 1) === pattern.slice(0, -1)
                : value === pattern;
        expect(compileWildcard(pattern)(value)).toBe(expected);
      }),
    );
  });

  it('can be compared without case', () => {
    expect(compileWildcard('*.Example.com', { ignoreCase: true })('API.example.COM')).toBe(true);
    expect(compileWildcard('*.Example.com')('API.example.COM')).toBe(false);
  });
});

describe('strings of routes', () => {
  it.each([
    [{ exact: '/a' }, '/a', true],
    [{ exact: '/a' }, '/a/', false],
    [{ exact: '/a' }, '/A', false],
    [{ prefix: '/a' }, '/abc', true],
    [{ prefix: '/a' }, '/A', false],
    [{ regex: '/a/[^/]+' }, '/a/b', true],
    [{ regex: '/a/[^/]+' }, '/a/b/c', false],
    [{ regex: 'GET|HEAD' }, 'GETHEAD', false],
    [{ regex: 'a' }, 'ba', false],
    [{ regex: '(?i)bearer .+' }, 'BEARER x', true],
  ])('%j and %s: %s', (match, value, expected) => {
    expect(compileStringMatch(match)(value)).toBe(expected);
  });

  it('takes linear time for a pattern that makes others hang', () => {
    expect(compileStringMatch({ regex: '(a+)+b' })('a'.repeat(5000))).toBe(false);
  });

  it('refuses what RE2 does not have', () => {
    expect(() => compileStringMatch({ regex: '(?=a)' })).toThrow();
  });
});
