import type { IndexEntry, SearchRequest } from '../../../services/performances/domain/search/index.ts';
import { genres, regions } from '../../../services/performances/schemas/common.ts';

const surnames = Array.from('김이박최정강조윤장임한오서신권황안송류홍');
const syllables = Array.from(
  '가나다라마바사아자하민서준지우현수연진경은혜영호성재원윤태도해빈선희람솔별찬결온율담린슬',
);
const kinds = ['뮤지컬', '연극', '콘서트', '리사이틀', '판소리', '무용극', '갈라', '페스티벌'];
const adjectives = '겨울 푸른 잃어버린 마지막 낯선 빛나는 고요한 뜨거운 달콤한 작은 붉은 하얀 춤추는 사라진'.split(' ');
const nouns =
  '정원 햄릿 바다 도시 편지 고래 왈츠 연인 시계 거울 여행자 그림자 우주 심청 호랑이 꽃밭 기차 달빛 인형'.split(' ');
const english =
  'Winter Garden Hamlet Ocean City Letter Whale Waltz Clock Mirror Shadow Opera Tiger Train Waves Night'.split(' ');
const halls = ['아트홀', '극장', '문화회관', ' 소극장', '콘서트홀'];
const otherLayout = ['goaflt', 'rudnf', 'wjddnjs', 'ㅗ므ㅣㄷㅅ', 'ㅐㅔㄷㄱㅁ', 'qkek', 'ehtl'];
const consonants = ['ㅎㅁㄹ', 'ㄱㅇ', 'ㅈㅇ', 'ㅂㄷ', 'ㄷㅅㅇ', 'ㅎㄹㅇ', 'ㅇㅎㅈ', '햄ㄹ', 'ㄱ', 'ㅅㅊ'];

/** Invents performances and what people ask for: the same in each run. */
export class SearchData {
  #state = 20_261_120;
  readonly #people = this.#many(6000, () => this.#name());
  readonly #venues = this.#many(400, (at) => ({ id: `venue-${at}`, name: this.#word() + this.#pick(halls) }));
  readonly entries: readonly IndexEntry[];

  constructor(size: number) {
    this.entries = this.#many(size, (at) => this.#entry(at));
  }

  /** Hangul, initials, English, other layout, names, venues and no query in turns; with filters and orders. */
  requests(count: number): SearchRequest[] {
    return this.#many(count, (at) => ({
      query: this.#query(at),
      limit: 20,
      today: day(0),
      states: this.#chance(0.5) ? ['upcoming', 'running'] : undefined,
      genres: this.#chance(0.2) ? [this.#pick(genres), this.#pick(genres)] : undefined,
      regions: this.#chance(0.2) ? [this.#pick(regions)] : undefined,
      ...(this.#chance(0.2) ? { from: day(0), to: day(30) } : {}),
      ...(this.#chance(0.2) ? { minPrice: 20_000, maxPrice: 80_000 } : {}),
      sort: this.#chance(0.6) ? undefined : this.#pick(['date', 'ranking', 'price', 'newest'] as const),
    }));
  }

  #entry(at: number): IndexEntry {
    const start = this.#below(700) - 400;
    const price = this.#chance(0.05) ? null : this.#below(12) * 10_000;
    const more = this.#chance(0.3) ? ` ${this.#word()}` : '';
    const words = [this.#pick(english), this.#pick(english), this.#pick(english)];
    return {
      id: `0193e3a0-7b3c-7000-8000-${at.toString(16).padStart(12, '0')}`,
      titleKo: `${this.#pick(kinds)} ${this.#pick(adjectives)} ${this.#word()}의 ${this.#pick(nouns)}${more}`,
      titleEn: this.#chance(0.5) ? `The ${words.join(' ')}` : undefined,
      cast: this.#many(this.#below(8), () => this.#pick(this.#people)),
      venue: this.#pick(this.#venues),
      region: this.#pick(regions),
      genre: this.#pick(genres),
      startDate: day(start),
      endDate: day(start + this.#below(90)),
      cancelled: this.#chance(0.02),
      minPrice: price,
      maxPrice: price === null ? null : price + this.#below(8) * 10_000,
      popularity: Math.floor(this.#random() ** 4 * 10_000),
      createdAt: Date.UTC(2024, 0) + at * 60_000,
    };
  }

  #query(at: number): string | undefined {
    const { titleKo } = this.#pick(this.entries);
    const parts = [
      () => this.#part(titleKo, 1),
      () => this.#part(titleKo, 2 + this.#below(4)),
      () => this.#part(titleKo, 3 + this.#below(8)),
      () => titleKo,
      () => this.#pick(english).slice(0, 1 + this.#below(7)),
      () => `${this.#pick(english)} ${this.#pick(english)}`.toLowerCase(),
      () => this.#pick(this.#people),
      () => this.#part(this.#pick(this.#venues).name, 3),
      () => `${this.#pick(nouns)} ${this.#pick(this.#venues).name.slice(0, 2)}`,
      () => this.#pick(consonants),
      () => this.#pick(otherLayout),
    ];
    return parts[at % (parts.length + 1)]?.();
  }

  #part(text: string, length: number): string {
    const start = this.#below(Math.max(1, text.length - length));
    return text.slice(start, start + length).trim();
  }

  #name(): string {
    return this.#pick(surnames) + this.#pick(syllables) + this.#pick(syllables);
  }

  #word(): string {
    return this.#many(2 + this.#below(2), () => this.#pick(syllables)).join('');
  }

  #many<T>(count: number, make: (at: number) => T): T[] {
    return Array.from({ length: count }, (_, at) => make(at));
  }

  #pick<T>(from: readonly T[]): T {
    const item = from[this.#below(from.length)];
    if (item === undefined) throw new RangeError('Nothing to pick from');
    return item;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** From 0 to 1, by mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** ISO day, counted from 2026-11-20. */
function day(offset: number): string {
  return new Date(Date.UTC(2026, 10, 20 + offset)).toISOString().slice(0, 10);
}
