import { describe, expect, it } from '@jest/globals';
import { isCode, keepCode } from './presale-code.ts';

const salt = Buffer.alloc(16, 7);

describe('a presale code', () => {
  it.each(['WINTER-2026', 'winter-2026', ' Winter-2026 ', 'ＷＩＮＴＥＲ-2026'])('is recognised as %j', (given) => {
    expect(isCode(given, keepCode('Winter-2026', salt))).toBe(true);
  });

  it('is not another one', () => {
    expect(isCode('winter-2027', keepCode('Winter-2026', salt))).toBe(false);
  });

  it('is kept differently with another salt', () => {
    const other = keepCode('Winter-2026', Buffer.alloc(16, 8));
    expect(other.hash.equals(keepCode('Winter-2026', salt).hash)).toBe(false);
  });
});
