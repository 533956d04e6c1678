import { normalizeText } from './normalize-text.ts';
import { misunderstood, type Result, understood } from './result.ts';

export interface Price {
  /** `R석`, or `전석` where there is one price for all. */
  readonly grade: string;
  /** Whole won. */
  readonly price: number;
}

const everySeat = '전석';
const longest = 4000;
const mostGrades = 50;
const longestName = 30;
const highest = 100_000_000;

/** `140,000원`, `₩140,000`, `14만원`, `1만5천원`, `무료`. Digits are grouped by threes or not at all. */
const number = String.raw`\d{1,3}(?:,\d{3})+(?!\d)|\d+`;
const amount = new RegExp(
  String.raw`[₩￦]\s*(?<sign>${number})(?!\d)|(?<![\d,])(?<man>\d+)\s*만\s*(?:(?<cheon>\d)\s*천\s*)?원|(?<![\d,])(?<won>${number})\s*원|(?<free>무료(?:\s*(?:관람|공연|입장))?)`,
  'u',
);
const note = /^\s*(\([^()]*\))/u;
const until = /^\s*[~-]\s*/u;

/**
 * Reads prices as KOPIS has them (`pcseguidance`): `R석 140,000원, S석 99,000원`, `전석 50,000원`, `전석무료`. A range,
 * `R석 50,000원 ~ 70,000원`, becomes the lowest and the highest price, since nothing says what is in between. What two
 * grades of one name would be is kept apart by a number.
 */
export function parsePrices(text: string): Result<readonly Price[]> {
  let rest = normalizeText(text);
  if (rest === '') return misunderstood(text, 'the price is blank');
  if (rest.length > longest) return misunderstood(rest, 'the price is too long');
  const prices: Price[] = [];
  while (rest.replace(/^[\s,/;.]+/u, '') !== '') {
    const found = amount.exec(rest);
    if (!found) return misunderstood(rest, 'no amount in won');
    let name = gradeName(rest.slice(0, found.index));
    rest = rest.slice(found.index + found[0].length);
    const bracket = note.exec(rest);
    if (bracket?.[1]) {
      if (amount.test(bracket[1]) || /\d{3}/u.test(bracket[1]))
        return misunderstood(bracket[1], 'another price in brackets');
      name = `${name}${bracket[1]}`;
      rest = rest.slice(bracket[0].length);
    }
    const low = won(found);
    const to = until.exec(rest);
    const high = to ? amount.exec(rest.slice(to[0].length)) : null;
    if (to && high?.index !== 0) return misunderstood(`${found[0]} ${rest}`, 'a range without an end');
    if (/\d[\d,]{3,}|^\d{2,3}(?:\s|$)/u.test(name)) return misunderstood(name, 'an amount without 원');
    if (name.length > longestName) return misunderstood(name, 'the name of the grade is too long');
    if (to && high) {
      const top = won(high);
      if (top < low) return misunderstood(`${found[0]}~${high[0]}`, 'a range that goes down');
      rest = rest.slice(to[0].length + high[0].length);
      add(prices, `${name} 최저가`, low);
      add(prices, `${name} 최고가`, top);
    } else add(prices, name, low);
    if (prices.length > mostGrades) return misunderstood(text, `more than ${mostGrades} prices`);
  }
  const tooHigh = prices.find(({ price }) => price > highest);
  if (tooHigh) return misunderstood(`${tooHigh.grade} ${tooHigh.price}`, 'too much money for a ticket');
  return prices.length > 0 ? understood(prices) : misunderstood(text, 'no amount in won');
}

function gradeName(text: string): string {
  return text.replace(/^[\s,/;.:~)]+|[\s,/;:=(]+$/gu, '').replace(/\s+/gu, ' ') || everySeat;
}

function won({ groups = {} }: RegExpExecArray): number {
  if (groups['free'] !== undefined) return 0;
  if (groups['man'] !== undefined) return Number(groups['man']) * 10_000 + Number(groups['cheon'] ?? 0) * 1_000;
  return Number((groups['sign'] ?? groups['won'] ?? '').replaceAll(',', ''));
}

function add(prices: Price[], grade: string, price: number) {
  if (prices.some((known) => known.grade === grade && known.price === price)) return;
  let name = grade;
  for (let copy = 2; prices.some((known) => known.grade === name); copy += 1) name = `${grade} ${copy}`;
  prices.push({ grade: name, price });
}
