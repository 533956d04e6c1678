import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decideRotation, type SessionLimits } from './rotation.ts';

const limits: SessionLimits = { absolute: 1000, idle: 100, grace: 10 };
const at = (seconds: number) => new Date(seconds * 1000);
const decide = (token: number, age: number, generation = 5) =>
  decideRotation(token, { generation, rotatedAt: at(500), createdAt: at(0) }, { now: at(500 + age), limits });

describe('a refresh token', () => {
  it('of the newest generation is rotated', () => expect(decide(5, 50)).toBe('rotate'));
  it('that was replaced a moment ago gets a sibling', () => expect(decide(4, 9.999)).toBe('sibling'));
  it('that was replaced longer ago than the grace window is reused', () => expect(decide(4, 10)).toBe('reused'));
  it('that was replaced twice is reused, however fast it came', () => expect(decide(3, 0)).toBe('reused'));
  it('of an idle session is expired', () => expect(decide(5, 100)).toBe('expired'));
  it('of a session that is too old is expired, however busy it is', () => {
    const session = { generation: 5, rotatedAt: at(999), createdAt: at(0) };
    expect(decideRotation(5, session, { now: at(1000), limits })).toBe('expired');
  });

  it('is never taken twice outside the grace window', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.integer({ min: 10, max: 99 }), (token, ahead, age) => {
        expect(decide(token, age, token + ahead + 1)).toBe('reused');
      }),
    );
  });
});
