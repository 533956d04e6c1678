import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type PriceRequest, priceHold } from './prices.ts';

const grades = [
  { grade: 'VIP', price: 165_000 },
  { grade: 'R', price: 132_000 },
  { grade: '초대', price: 0 },
];
/** Units 0 and 1 are VIP, 2 and 3 R, 4 free; 5 is blocked, 6 does not exist. */
const gradeByUnit = [0, 0, 1, 1, 2, -1];

function priced(units: readonly number[], given: Partial<PriceRequest> = {}) {
  return priceHold({ units, gradeOf: (unit) => gradeByUnit[unit], grades, ...given });
}

describe('the price of a hold', () => {
  it('is the sum of its grades and a booking fee for each ticket that costs something', () => {
    expect(priced([0, 3, 4])).toEqual({
      ok: true,
      units: [
        { unit: 0, grade: 'VIP', price: 165_000, bookingFee: 2000 },
        { unit: 3, grade: 'R', price: 132_000, bookingFee: 2000 },
        { unit: 4, grade: '초대', price: 0, bookingFee: 0 },
      ],
      tickets: 297_000,
      bookingFee: 4000,
      total: 301_000,
    });
  });

  it('has the booking fee that the sale has', () => {
    expect(priced([0, 4], { bookingFeePerTicket: 1000 })).toMatchObject({ bookingFee: 1000, total: 166_000 });
  });

  it('is refused for a unit that comes twice', () => {
    expect(priced([1, 0, 1, 2, 1, 2])).toEqual({ ok: false, code: 'units_repeated', units: [1, 2] });
  });

  it.each([5, 6, -1, 0.5])('is refused for unit %d, which is not sold', (unit) => {
    expect(priced([0, unit])).toEqual({ ok: false, code: 'units_not_sold', units: [unit] });
  });

  it.each([0.5, -1, Number.NaN, 2 ** 53])('is an error where a price is %d', (price) => {
    expect(() => priced([0], { grades: [{ grade: 'S', price }] })).toThrow(RangeError);
  });

  it('is an error where the sum could not be exact', () => {
    const dear = [{ grade: 'S', price: Number.MAX_SAFE_INTEGER }];
    expect(() => priced([0, 1], { grades: dear, bookingFeePerTicket: 0 })).toThrow(RangeError);
    expect(() => priced([0], { grades: dear, bookingFeePerTicket: 1 })).toThrow(RangeError);
    expect(priced([0], { grades: dear, bookingFeePerTicket: 0 })).toMatchObject({ total: Number.MAX_SAFE_INTEGER });
  });

  it('is exact for whatever is sold', () => {
    const sold = fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(sold, fc.integer({ min: 0, max: 100_000 }), (prices, fee) => {
        const quoted = priceHold({
          units: prices.map((_, unit) => unit),
          gradeOf: (unit) => unit,
          grades: prices.map((price, index) => ({ grade: `${index}`, price })),
          bookingFeePerTicket: fee,
        });
        const sum = prices.reduce((total, price) => total + BigInt(price) + (price > 0 ? BigInt(fee) : 0n), 0n);
        expect(quoted.ok && BigInt(quoted.total)).toBe(sum);
      }),
    );
  });
});
