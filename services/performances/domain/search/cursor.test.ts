import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeCursor, encodeCursor, InvalidCursor } from './cursor.ts';
import { today } from './test/entries.ts';

const request = { query: '햄릿', limit: 20, today };
const position = { after: { first: -45, second: -12.5, id: '0193e3a0' }, fallbacks: [false, true] };

describe('a cursor', () => {
  it('gives back the position, whatever the size of the page and the day', () => {
    const cursor = encodeCursor(request, position);
    expect(cursor).toMatch(/^[\w-]{1,500}$/);
    expect(decodeCursor({ ...request, limit: 5, today: '2026-11-21' }, cursor)).toEqual(position);
  });

  it('is refused for another request', () => {
    const cursor = encodeCursor(request, position);
    for (const other of [{ query: '심청' }, { sort: 'date' as const }, { genres: ['play' as const] }]) {
      expect(() => decodeCursor({ ...request, ...other }, cursor)).toThrow(InvalidCursor);
    }
  });

  it('is refused with any of its characters changed, added or cut', () => {
    const cursor = encodeCursor(request, position);
    const character = fc.constantFrom(...Array.from('AZaz09-_=+/ "'));
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.nat(2), character, (at, removed, put) => {
        const tampered = cursor.slice(0, at) + put + cursor.slice(at + removed);
        fc.pre(tampered !== cursor);
        expect(() => decodeCursor(request, tampered)).toThrow(InvalidCursor);
      }),
    );
  });

  it('is refused when it is any text', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(() => decodeCursor(request, text)).toThrow(InvalidCursor)));
    const other = Buffer.from(JSON.stringify({ after: 1 })).toString('base64url');
    expect(() => decodeCursor(request, other)).toThrow(InvalidCursor);
  });
});
