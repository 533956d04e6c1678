import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { codeTries, formatCode, hashCode, opens } from './verification.ts';

const sent = (code: string) => ({ id: 'a', codeHash: hashCode('a', code), wrongTries: 0, expired: false });
const anyCode = fc.integer({ min: 0, max: 999_999 }).map(formatCode);

describe('a code', () => {
  it('is always six digits', () => {
    fc.assert(fc.property(anyCode, (code) => /^\d{6}$/.test(code)));
    expect(formatCode(42)).toBe('000042');
  });

  it('opens for itself and for no other', () => {
    fc.assert(fc.property(anyCode, anyCode, (right, given) => opens(sent(right), given) === (right === given)));
  });

  it('opens no more once it has expired or was guessed at too often', () => {
    expect(opens({ ...sent('123456'), expired: true }, '123456')).toBe(false);
    expect(opens({ ...sent('123456'), wrongTries: codeTries - 1 }, '123456')).toBe(true);
    expect(opens({ ...sent('123456'), wrongTries: codeTries }, '123456')).toBe(false);
  });

  it('that was never sent opens for nothing', () => {
    fc.assert(fc.property(anyCode, (code) => !opens({ ...sent('1'), codeHash: null }, code)));
  });

  it('is kept as another hash for another person', () => {
    expect(hashCode('a', '123456')).not.toBe(hashCode('b', '123456'));
  });
});
