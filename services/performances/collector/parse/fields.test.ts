import { describe, expect, it } from '@jest/globals';
import {
  hallOf,
  parseAge,
  parseDate,
  parseGenre,
  parseMinutes,
  parseNames,
  parseRegion,
  parseTitle,
} from './fields.ts';

const value = <T>(result: { ok: true; value: T } | { ok: false }) => (result.ok ? result.value : undefined);

it.each([
  ['서양음악(클래식)', 'classical'],
  ['한국음악(국악)', 'traditional'],
  ['무용(서양/한국무용)', 'dance'],
  ['대중무용', 'dance'],
  ['대중음악', 'concert'],
  ['서커스/마술', 'circus'],
  ['영화', undefined],
])('the genre %s is %s', (text, genre) => {
  expect(value(parseGenre(text))).toBe(genre);
});

it.each([
  ['서울특별시 중구 별빛로 1', 'seoul'],
  ['강원특별자치도 춘천시 물길로 2', 'gangwon'],
  ['전북특별자치도 전주시 3', 'jeonbuk'],
  ['충청북도 청주시 4', 'chungbuk'],
  ['광주광역시 동구 5', 'gwangju'],
  ['경기도 광주시 6', 'gyeonggi'],
  ['', undefined],
])('an address in %s is in %s', (text, region) => {
  expect(value(parseRegion(text))).toBe(region);
});

it.each([
  ['2026.11.20', '2026-11-20'],
  ['20261120', '2026-11-20'],
  ['2026.02.30', undefined],
  ['2026.11', undefined],
])('the date %s is %s', (text, date) => {
  expect(value(parseDate(text))).toBe(date);
});

it.each([
  ['1시간 30분', 90],
  ['90분', 90],
  ['2시간', 120],
  ['약 100분 (인터미션 15분)', 100],
  [' ', null],
  ['길다', undefined],
])('the running time %p is %p', (text, minutes) => {
  expect(value(parseMinutes(text))).toBe(minutes);
});

it.each([
  ['만 12세 이상', 12],
  ['8세 이상', 8],
  ['전체 관람가', 0],
  ['36개월 이상', 3],
  ['미취학아동입장불가', 7],
  ['어른스러운 분', undefined],
])('the age %p is %p', (text, age) => {
  expect(value(parseAge(text))).toBe(age);
});

describe('names', () => {
  it('are each one once, without what stands for the others', () => {
    expect(parseNames('김하늘, 이바다, 김하늘, 박나무 등')).toEqual(['김하늘', '이바다', '박나무']);
    expect(parseNames(' ')).toEqual([]);
  });
});

describe('a title', () => {
  it('has an English one when it ends with it in brackets', () => {
    expect(value(parseTitle('겨울 정원의 햄릿 (Hamlet in the Winter Garden)'))).toEqual({
      ko: '겨울 정원의 햄릿',
      en: 'Hamlet in the Winter Garden',
    });
    expect(value(parseTitle('별의 노래 (LIVE)'))).toEqual({ ko: '별의 노래 (LIVE)' });
    expect(value(parseTitle('별의 노래 [부산]'))).toEqual({ ko: '별의 노래 [부산]' });
  });
});

it('a hall stands in brackets after the venue', () => {
  expect(hallOf('별빛아트홀 (대극장)')).toBe('대극장');
  expect(hallOf('별빛아트홀')).toBeUndefined();
});
