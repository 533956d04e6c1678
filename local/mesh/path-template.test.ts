import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compilePathTemplate } from './path-template.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9._~%-]{1,8}$/);

describe('path templates', () => {
  it.each([
    ['/a/{*}', '/a/b', true],
    ['/a/{*}', '/a/', false],
    ['/a/{*}', '/a', false],
    ['/a/{*}', '/a/b/', false],
    ['/a/{*}', '/a/b/c', false],
    ['/a/{*}/c', '/a/b/c', true],
    ['/a/{**}', '/a/', true],
    ['/a/{**}', '/a/b/c', true],
    ['/a/{**}', '/a', false],
    ['/a/{*}/x/{**}', '/a/b/x/y/z', true],
    ['/a/{**}/end', '/a/b/c/end', true],
    ['/a.b/{*}', '/axb/c', false],
    ['/a/{*}', '/A/b', false],
  ])('%s and %s: %s', (template, path, expected) => {
    expect(compilePathTemplate(template)(path)).toBe(expected);
  });

  it.each(['a/{*}', '/a{*}', '/{*}b', '/{**}/{*}', '/{**}/{**}', '/a//{*}', '/a/{id}', '/a/*/{*}'])(
    'refuses %s',
    (template) => {
      expect(() => compilePathTemplate(template)).toThrow('path template');
    },
  );

  it('matches exactly the paths with as many segments, equal where the template is plain', () => {
    const part = fc.oneof(segment, fc.constant('{*}'));
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        (parts, path) => {
          fc.pre(parts.includes('{*}'));
          const expected = parts.length === path.length && parts.every((text, i) => text === '{*}' || text === path[i]);
          expect(compilePathTemplate(`/${parts.join('/')}`)(`/${path.join('/')}`)).toBe(expected);
          const filled = parts.map((text, i) => (text === '{*}' ? (path[i] ?? 'x') : text));
          expect(compilePathTemplate(`/${parts.join('/')}`)(`/${filled.join('/')}`)).toBe(true);
        },
      ),
    );
  });
});
