import { describe, expect, it } from '@jest/globals';
import { mayAddTo, mayChangeVenue, mayManage } from './rights.ts';

const mine = 'me';
const theirs = 'somebody else';
const me = { memberId: mine, admin: false };
const admin = { memberId: 'an admin', admin: true };

describe('rights', () => {
  it.each([
    [mine, true],
    [theirs, false],
    [null, false],
  ])('over what %s made are mine: %s', (owner, expected) => {
    expect(mayManage(me, { organizerId: owner })).toBe(expected);
    expect(mayChangeVenue(me, owner)).toBe(expected);
    expect(mayManage(admin, { organizerId: owner })).toBe(true);
    expect(mayChangeVenue(admin, owner)).toBe(true);
  });

  it.each([
    [[mine], true],
    [[theirs], false],
    [[null], true],
    [[theirs, mine], true],
    [[mine, theirs], true],
    [[null, theirs], false],
    [[theirs, theirs], false],
    [[null, null], true],
  ])('to add to what was made by %j are mine: %s', (creators, expected) => {
    expect(mayAddTo(me, creators)).toBe(expected);
    expect(mayAddTo(admin, creators)).toBe(true);
  });
});
