import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseJson } from './json.ts';

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(
        fc.json().filter((text) => !text.includes('__proto__')),
        (text) => {
          expect(parseJson(text)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  it.each([
    '{"__proto__":1}',
    '[{"a":{"__proto__":{}}}]',
    '{"\\u005f\\u005fproto__":1}',
    '{"_\\u005Fproto__":1}',
    '{"constructor":{"prototype":{}}}',
    '{"c\\u006fnstructor":{"prototype":{}}}',
  ])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it.each(['"__proto__"', '{"constructor":"Hyundai"}', '{"a":"\\u0041"}', '{"proto":1}'])('takes %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});
