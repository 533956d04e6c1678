import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bySpecificity, covers, overlap, policyPath, uriMatch } from './path-pattern.ts';

describe('a path template', () => {
  it('becomes the template of a policy', () => {
    expect(policyPath('/api/auth/login')).toBe('/api/auth/login');
    expect(policyPath('/api/shows/{id}/seats/{seatId}')).toBe('/api/shows/{*}/seats/{*}');
    expect(policyPath('/files/{path*}')).toBe('/files/{**}');
  });

  it('becomes an exact match when there is nothing to fill in', () => {
    expect(uriMatch('/')).toEqual({ exact: '/' });
    expect(uriMatch('/.well-known/jwks.json')).toEqual({ exact: '/.well-known/jwks.json' });
  });

  it('becomes an expression in which a dot is a dot', () => {
    expect(uriMatch('/v1.0/{id}')).toEqual({ regex: String.raw`/v1\.0/[^/]+` });
    expect(uriMatch('/files/{path*}')).toEqual({ regex: '/files/.+' });
  });

  it.each([
    ['/a/{id}', '/a/me', true],
    ['/a/{id}', '/a/{name}', true],
    ['/a/me', '/a/{id}', false],
    ['/a/{id}', '/a/b/c', false],
    ['/a/{rest*}', '/a/b/c', true],
    ['/a/{rest*}', '/a/{id}/c', true],
    ['/a/{rest*}', '/a', false],
    ['/a/{id}', '/a/{rest*}', false],
    ['/a/{x}/c', '/a/b/{y}', false],
  ])('%s covers %s: %s', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });
});

const segment = fc.oneof(fc.constantFrom('a', 'b', 'c.d'), fc.constant('{x}'));
const template = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([segments, rest]) => `/${[...segments, ...(rest ? ['{rest*}'] : [])].join('/')}`);
const path = fc
  .array(fc.constantFrom('a', 'b', 'c.d', 'cxd'), { minLength: 1, maxLength: 5 })
  .map((parts) => `/${parts.join('/')}`);

function matches(of: string, asked: string): boolean {
  const match = uriMatch(of);
  return 'exact' in match ? match.exact === asked : new RegExp(`^(?:${match.regex})$`).test(asked);
}

describe('two path templates', () => {
  it('overlap when some path matches both', () => {
    fc.assert(
      fc.property(template, template, path, (a, b, asked) => {
        if (matches(a, asked) && matches(b, asked)) expect(overlap(a, b)).toBe(true);
      }),
    );
  });

  it('are such that the one covers the other only if it matches every path of the other', () => {
    fc.assert(
      fc.property(template, template, path, (wide, narrow, asked) => {
        if (covers(wide, narrow) && matches(narrow, asked)) expect(matches(wide, asked)).toBe(true);
      }),
    );
  });

  it('overlap whenever one covers the other', () => {
    fc.assert(fc.property(template, template, (a, b) => !covers(a, b) || overlap(a, b)));
  });

  it('are sorted so that what covers stands behind what it covers', () => {
    fc.assert(
      fc.property(template, template, (a, b) => {
        if (covers(a, b) && !covers(b, a)) expect(bySpecificity(a, b)).toBeGreaterThan(0);
      }),
    );
  });
});
