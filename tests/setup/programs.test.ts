import { describe, expect, it } from '@jest/globals';
import { neededPrograms } from './programs.ts';

const namesOf = (needs?: string | readonly string[]) => neededPrograms(needs).map(({ name }) => name);

describe('what a test file asks for', () => {
  it('is nothing unless it says so', () => {
    expect(namesOf()).toEqual([]);
  });

  it('may be several programs, on a line or on several', () => {
    expect(namesOf('git curl')).toEqual(['git', 'curl']);
    expect(namesOf(['git', 'nginx curl'])).toEqual(['git', 'Nginx', 'curl']);
  });

  it('is one of the list', () => {
    expect(() => namesOf('git gti')).toThrow('@needs gti: known are git, openssl');
  });
});
