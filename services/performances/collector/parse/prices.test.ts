import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parsePrices } from './prices.ts';

function parsed(text: string) {
  const result = parsePrices(text);
  if (!result.ok) throw new Error(`${result.fault.reason}: ${result.fault.fragment}`);
  return result.value.map(({ grade, price }) => `${grade} ${price}`);
}

describe('prices', () => {
  it.each([
    ['R석 140,000원, S석 99,000원', ['R석 140000', 'S석 99000']],
    ['전석 50,000원', ['전석 50000']],
    ['50,000원', ['전석 50000']],
    ['전석무료', ['전석 0']],
    ['무료', ['전석 0']],
    ['VIP석 1,000,000원', ['VIP석 1000000']],
    ['R석 900원', ['R석 900']],
    ['R석 140000원/S석 99000원', ['R석 140000', 'S석 99000']],
    ['Ｒ석 １４０，０００원，Ｓ석 ９９，０００원', ['R석 140000', 'S석 99000']],
    ['R석: ₩140,000', ['R석 140000']],
    ['R석 14만원, S석 9만 5천원', ['R석 140000', 'S석 95000']],
    ['R석 50,000원 ~ 70,000원, S석 30,000원', ['R석 최저가 50000', 'R석 최고가 70000', 'S석 30000']],
    ['R석 80,000원(1층), S석 60,000원 (2,3층)', ['R석(1층) 80000', 'S석(2,3층) 60000']],
    ['1층 R석 80,000원, 2층 R석 60,000원', ['1층 R석 80000', '2층 R석 60000']],
    ['R석 80,000원 R석 80,000원', ['R석 80000']],
    ['R석 80,000원, R석 60,000원', ['R석 80000', 'R석 2 60000']],
    ['일반 20,000원, 청소년 무료', ['일반 20000', '청소년 0']],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  it.each([
    ['', 'the price is blank'],
    ['추후 공지', 'no amount in won'],
    ['R석 원', 'no amount in won'],
    ['R석 140,000원, S석', 'no amount in won'],
    ['R석 14,00원', 'no amount in won'],
    ['R석 ₩14,00 S석 ₩9,000', 'an amount without 원'],
    ['R석 140,000, S석 99,000원', 'an amount without 원'],
    ['R석 140,000원(조기예매 99,000원)', 'another price in brackets'],
    ['R석 50,000원 ~', 'a range without an end'],
    ['R석 70,000원 ~ 50,000원', 'a range that goes down'],
    ['R석 1,000,000,000원', 'too much money for a ticket'],
  ])('%p is not understood: %s', (text, reason) => {
    expect(parsePrices(text)).toMatchObject({ ok: false, fault: { reason } });
  });

  const names = fc.uniqueArray(
    fc.constantFrom('VIP석', 'R석', 'S석', 'A석', '1층 R석', '스탠딩', '시야제한석', '전석'),
    {
      minLength: 1,
    },
  );

  it('come back from any text that is made of them', () => {
    fc.assert(
      fc.property(
        names,
        fc.infiniteStream(fc.integer({ min: 0, max: 100_000_000 })),
        fc.tuple(
          fc.constantFrom(', ', ',', ' / ', ' ', '\n', 'ㆍ'),
          fc.constantFrom(
            (won: number) => ` ${won.toLocaleString('en')}원`,
            (won: number) => `${won}원`,
            (won: number) => ` : ₩${won.toLocaleString('en')}`,
            (won: number) => (won === 0 ? '무료' : ` ${won.toLocaleString('en')} 원`),
          ),
        ),
        (grades, amounts, [between, write]) => {
          const prices = grades.map((grade) => ({ grade, price: amounts.next().value }));
          const text = prices.map(({ grade, price }) => `${grade}${write(price)}`).join(between);
          expect(parsePrices(text)).toEqual({ ok: true, value: prices });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are prices or a fault, whatever the text', () => {
    const characters = fc.constantFrom(...'RS석전무료원만천,.~()0123456789 ₩'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 60 }), (text) => {
        const result = parsePrices(text);
        if (!result.ok) return;
        expect(result.value.every(({ grade, price }) => grade !== '' && Number.isSafeInteger(price))).toBe(true);
        expect(new Set(result.value.map(({ grade }) => grade)).size).toBe(result.value.length);
      }),
      { numRuns: 1000 },
    );
  });
});
