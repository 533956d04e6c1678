import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createSigning } from './signing.ts';

const key = randomBytes(32);
const holder = { sessionId: randomUUID(), memberId: randomUUID() };
const others = [
  { ...holder, memberId: randomUUID() },
  { ...holder, sessionId: randomUUID() },
];

describe('a place', () => {
  it('gives its number back to whom it was given', () => {
    const signing = createSigning({ keys: [key] });
    fc.assert(
      fc.property(fc.nat({ max: 4_294_967_295 }), (number) => {
        expect(signing.readPlace(signing.issuePlace(holder, number), holder)).toBe(number);
      }),
    );
  });

  it('is worth nothing to another member and at another session', () => {
    const signing = createSigning({ keys: [key] });
    const token = signing.issuePlace(holder, 7);
    for (const other of others) expect(signing.readPlace(token, other)).toBeUndefined();
  });

  it('cannot be changed: no other text of its form is taken', () => {
    const signing = createSigning({ keys: [key] });
    const token = signing.issuePlace(holder, 70_000);
    const forged = fc.tuple(
      fc.nat({ max: token.length - 1 }),
      fc.constantFrom('0', '1', '9', 'a', 'z', 'A', 'Z', '-', '_', '.', '+', ''),
    );
    fc.assert(
      fc.property(forged, ([at, character]) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        // The last character of base64url carries two bits that no byte has.
        fc.pre(
          Buffer.from(changed.slice(-22), 'base64url').compare(Buffer.from(token.slice(-22), 'base64url')) !== 0 ||
            at < token.length - 22,
        );
        expect(signing.readPlace(changed, holder)).toBeUndefined();
      }),
    );
    expect(signing.readPlace('1.zzzzzzzz.AAAAAAAAAAAAAAAAAAAAAA', holder)).toBeUndefined();
    expect(signing.readPlace('', holder)).toBeUndefined();
  });

  it('expires', () => {
    let now = 1_000;
    const signing = createSigning({ keys: [key], now: () => now, placeMs: 500 });
    const token = signing.issuePlace(holder, 7);
    now = 1_499;
    expect(signing.readPlace(token, holder)).toBe(7);
    now = 1_500;
    expect(signing.readPlace(token, holder)).toBeUndefined();
  });
});

describe('a pass', () => {
  it('lets in its member at its session, and nobody else', () => {
    const signing = createSigning({ keys: [key] });
    const { pass } = signing.issuePass(holder);
    expect(signing.verifyPass(pass, holder)).toBe(true);
    for (const other of others) expect(signing.verifyPass(pass, other)).toBe(false);
  });

  it('expires when it says', () => {
    let now = 5_000;
    const signing = createSigning({ keys: [key], now: () => now, passMs: 600_000 });
    const { pass, expiresAt } = signing.issuePass(holder);
    now = expiresAt.getTime() - 1;
    expect(signing.verifyPass(pass, holder)).toBe(true);
    now = expiresAt.getTime();
    expect(signing.verifyPass(pass, holder)).toBe(false);
  });

  it('is not to be had from a place, nor from another key', () => {
    const signing = createSigning({ keys: [key] });
    const place = signing.issuePlace(holder, 7);
    expect(signing.verifyPass(place.slice(place.indexOf('.') + 1), holder)).toBe(false);
    expect(signing.verifyPass(createSigning({ keys: [randomBytes(32)] }).issuePass(holder).pass, holder)).toBe(false);
  });
});

it('keeps what was signed before the keys changed', () => {
  const before = createSigning({ keys: [key] });
  const after = createSigning({ keys: [randomBytes(32), key] });
  expect(after.readPlace(before.issuePlace(holder, 7), holder)).toBe(7);
  expect(after.verifyPass(before.issuePass(holder).pass, holder)).toBe(true);
  expect(before.readPlace(after.issuePlace(holder, 7), holder)).toBeUndefined();
});
