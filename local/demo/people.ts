import type { Random } from './random.ts';
import { companies, families, givenFirst, givenSecond } from './words.ts';

/** A name of nobody in particular, composed of syllables. */
export function personName(random: Random): string {
  return `${random.pick(families)}${random.pick(givenFirst)}${random.pick(givenSecond)}`;
}

export function people(random: Random, count: number): readonly string[] {
  return [...new Set(Array.from({ length: count }, () => personName(random)))];
}

export function producer(random: Random): string {
  return `${random.pick(companies)[0]}${random.pick(['컴퍼니', ' 프로덕션', '문화재단', '엔터테인먼트'])}`;
}
