import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isCommonPassword } from './common-passwords.ts';
import { normalisePassword, weaknessOf } from './password-rules.ts';

const check = (password: string, email = 'minji@example.com') =>
  weaknessOf({ password: normalisePassword(password), email, isCommon: isCommonPassword });

describe('a password', () => {
  it.each([
    ['123456789', 'too_short'],
    ['비밀번호비밀번호비', 'too_short'],
    ['x'.repeat(129), 'too_long'],
    ['1234567890', 'common'],
    ['QWERTYUIOP', 'common'],
    ['１２３４５６７８９０', 'common'],
    ['basketball', 'common'],
    ['I am Minji!', 'contains_address'],
    ['MINJI@EXAMPLE.COM', 'contains_address'],
  ])('%j is refused: %s', (password, reason) => {
    expect(check(password)).toBe(reason);
  });

  it.each([
    'moonlit piano stairs',
    '달빛 아래 피아노 계단',
    '🎻🎹🎺🎸🥁🎷🪗🪕🎤🎧',
    'x y z x y z',
    'a'.repeat(127) + '\u{1F3B5}',
  ])('%j is accepted', (password) => {
    expect(check(password)).toBeUndefined();
  });

  it('may hold a local part of three letters, which is in it by chance', () => {
    expect(check('the kimono is blue', 'kim@example.com')).toBeUndefined();
  });

  it('may not hold the mailbox of an address with a tag', () => {
    expect(check('correct horse minji', 'minji+tickets@example.com')).toBe('contains_address');
  });

  it('is the same composed and decomposed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (password) => {
        expect(normalisePassword(password.normalize('NFD'))).toBe(normalisePassword(password.normalize('NFC')));
      }),
    );
  });

  it('that holds the address in any case is never accepted', () => {
    const local = fc.stringMatching(/^[a-z][a-z0-9]{3,20}$/);
    fc.assert(
      fc.property(local, fc.string(), fc.string(), (name, before, after) => {
        expect(check(`${before}${name.toUpperCase()}${after}`, `${name}@example.com`)).toBeDefined();
      }),
    );
  });

  it('is measured in characters, not in bytes or UTF-16 units', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (length) => {
        const reason = check('\u{1F3B5}'.repeat(length));
        expect(reason).toBe(length < 10 ? 'too_short' : length > 128 ? 'too_long' : undefined);
      }),
    );
  });
});
