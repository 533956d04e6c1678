import { describe, it } from '@jest/globals';
import { type Fault, finds, good, pictured } from './judged-sale.ts';

describe('the judge of pictures', () => {
  it.each<Fault>([
    [
      'a sold unit that is shown as free',
      { ...good, pictures: pictured('free', 'taken', 'free', 'blocked', 'blocked') },
      /unit 0 of session is shown as free by Redis, and is sold/,
    ],
    [
      'a free unit that is shown as taken',
      { ...good, pictures: pictured('taken', 'taken', 'taken', 'blocked', 'blocked') },
      /unit 2 of session is shown as taken by Redis, and is none/,
    ],
    [
      'a unit of the hall that is for sale',
      { ...good, pictures: pictured('taken', 'taken', 'free', 'free', 'blocked') },
      /unit 3 of session is shown as free by Redis, and is blocked/,
    ],
  ])('finds %s', finds);
});
