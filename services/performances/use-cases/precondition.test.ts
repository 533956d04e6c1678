import { describe, expect, it } from '@jest/globals';
import { requireVersion } from './precondition.ts';

describe('If-Match', () => {
  it.each(['"v3"', '"v2", "v3"', ' "v3" ', '*', 'W/"v3"'])('%s is of version 3', (ifMatch) => {
    expect(() => requireVersion(ifMatch, 3)).not.toThrow();
  });

  it.each(['"v2"', '"v33"', 'v3', 'W/"v2"', '"V3"', '""'])('%s is not', (ifMatch) => {
    expect(() => requireVersion(ifMatch, 3)).toThrow('changed_meanwhile');
  });

  it.each([undefined, '', ' '])('%j is none', (ifMatch) => {
    expect(() => requireVersion(ifMatch, 3)).toThrow('if_match_missing');
  });
});
