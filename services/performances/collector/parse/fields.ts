import type { Genre, Region } from '../../schemas/common.ts';
import { normalizeText } from './normalize-text.ts';
import { misunderstood, type Result, understood } from './result.ts';

/** `genrenm`, by its beginning: KOPIS has renamed some and kept the old names in old records. */
const genres: readonly (readonly [RegExp, Genre])[] = [
  [/^연극/u, 'play'],
  [/^뮤지컬/u, 'musical'],
  [/^대중음악/u, 'concert'],
  [/^(서양음악|클래식)/u, 'classical'],
  [/^(한국음악|국악)/u, 'traditional'],
  [/^(무용|대중무용|서양.*무용|한국무용)/u, 'dance'],
  [/^(서커스|마술)/u, 'circus'],
  [/^복합/u, 'mixed'],
];

/** The first word of an address; provinces were renamed in 2023 and 2024, and people shorten them. */
const regions: readonly (readonly [RegExp, Region])[] = [
  [/^서울/u, 'seoul'],
  [/^부산/u, 'busan'],
  [/^대구/u, 'daegu'],
  [/^인천/u, 'incheon'],
  [/^광주(?!시)/u, 'gwangju'],
  [/^대전/u, 'daejeon'],
  [/^울산/u, 'ulsan'],
  [/^세종/u, 'sejong'],
  [/^경기/u, 'gyeonggi'],
  [/^강원/u, 'gangwon'],
  [/^(충청북도|충북)/u, 'chungbuk'],
  [/^(충청남도|충남)/u, 'chungnam'],
  [/^(전라북도|전북)/u, 'jeonbuk'],
  [/^(전라남도|전남)/u, 'jeonnam'],
  [/^(경상북도|경북)/u, 'gyeongbuk'],
  [/^(경상남도|경남)/u, 'gyeongnam'],
  [/^제주/u, 'jeju'],
];

export function parseGenre(text: string): Result<Genre> {
  return oneOf(genres, text, 'not a genre that we know');
}

/** From the address of a venue. */
export function parseRegion(address: string): Result<Region> {
  return oneOf(regions, address, 'the address begins with no region of Korea');
}

function oneOf<T>(names: readonly (readonly [RegExp, T])[], text: string, reason: string): Result<T> {
  const given = normalizeText(text);
  const found = names.find(([name]) => name.test(given));
  return found ? understood(found[1]) : misunderstood(text, reason);
}

/** `2026.11.20`, as ISO date. */
export function parseDate(text: string): Result<string> {
  const [, year, month, day] =
    /^(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})\.?$/u.exec(normalizeText(text).replaceAll(' ', '')) ?? [];
  const date = `${year}-${month}-${day}`;
  const time = Date.parse(date);
  // 2026-02-30 would be taken for the 2nd of March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
    return misunderstood(text, 'not a date');
  return understood(date);
}

/** `1시간 30분`, `90분`; blank is null. */
export function parseMinutes(text: string): Result<number | null> {
  const given = normalizeText(text).replaceAll(' ', '');
  if (given === '') return understood(null);
  const [, hours, minutes] = /^(?:약)?(?:(\d{1,2})시간)?(?:(\d{1,4})분)?(?:\(.*\))?$/u.exec(given) ?? [];
  const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  if (total < 1 || total > 1440) return misunderstood(text, 'not a running time');
  return understood(total);
}

/** `만 12세 이상`, `전체 관람가`, `36개월 이상`, `미취학아동 입장불가`: full years, 0 for everybody. */
export function parseAge(text: string): Result<number> {
  const given = normalizeText(text).replaceAll(' ', '');
  if (given === '' || /^(전체|전연령|누구나)/u.test(given)) return understood(0);
  const [, months] = /(\d{1,3})개월/u.exec(given) ?? [];
  if (months !== undefined) return understood(Math.floor(Number(months) / 12));
  const [, years] = /(\d{1,2})세/u.exec(given) ?? [];
  if (years !== undefined) return understood(Number(years));
  // Children enter school in the year in which they become seven.
  if (/미취학/u.test(given)) return understood(7);
  if (/(청소년관람불가|성인)/u.test(given)) return understood(19);
  return misunderstood(text, 'not an age');
}

/** `김하늘, 이바다 등`: the names, each once. */
export function parseNames(text: string): readonly string[] {
  const names = normalizeText(text)
    .split(/[,/]/u)
    .map((name) => name.replace(/\s+등\s*$/u, '').trim())
    .filter((name) => name !== '' && name !== '등' && name.length <= 200);
  return [...new Set(names)].slice(0, 200);
}

/** A title that ends with its English one: `겨울 정원의 햄릿 (Hamlet in the Winter Garden)`. Two words at least are one. */
export function parseTitle(text: string): Result<{ readonly ko: string; readonly en?: string }> {
  const given = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (given === '') return misunderstood(text, 'the title is blank');
  if (given.length > 200) return misunderstood(text, 'the title is too long');
  const [, ko, en] = /^(.*\S)\s*\(([A-Z][A-Za-z0-9'&:,.!?-]*(?: [A-Za-z0-9'&:,.!?-]+)+)\)$/u.exec(given) ?? [];
  return understood(ko !== undefined && en !== undefined && /\p{Script=Hangul}/u.test(ko) ? { ko, en } : { ko: given });
}

/** `별빛아트홀 (대극장)`: the name of the hall, undefined when there is only the venue's. */
export function hallOf(venueName: string): string | undefined {
  return /\(([^()]+)\)\s*$/u.exec(venueName.normalize('NFC'))?.[1]?.trim().slice(0, 200);
}
