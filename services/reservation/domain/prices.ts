/** Won for each ticket that is not free, as Korean box offices take it for booking on the web. */
export const defaultBookingFee = 2000;

export interface Grade {
  readonly grade: string;
  /** Whole won. */
  readonly price: number;
}

export interface PriceRequest {
  readonly units: readonly number[];
  /** Index into `grades` by unit; −1 or nothing for what is not sold. */
  readonly gradeOf: (unit: number) => number | undefined;
  readonly grades: readonly Grade[];
  /** @default {@link defaultBookingFee} */
  readonly bookingFeePerTicket?: number;
}

export interface PricedUnit extends Grade {
  readonly unit: number;
  readonly bookingFee: number;
}

export interface PricedHold {
  readonly ok: true;
  /** In the order of the request. */
  readonly units: readonly PricedUnit[];
  /** Sum of the prices. */
  readonly tickets: number;
  /** Sum of the booking fees. */
  readonly bookingFee: number;
  readonly total: number;
}

export interface PriceRefusal {
  readonly ok: false;
  readonly code: 'units_repeated' | 'units_not_sold';
  /** Which of the units, each once. */
  readonly units: readonly number[];
}

/**
 * What the units of a hold cost. The same unit twice is refused: counted once it would be cheaper than it was asked for,
 * counted twice a limit could be passed by repeating.
 * @throws RangeError when a price is no whole number of won, or the sum is too large to be exact
 */
export function priceHold({ units, gradeOf, grades, bookingFeePerTicket }: PriceRequest): PricedHold | PriceRefusal {
  const repeated = units.filter((unit, place) => units.indexOf(unit) !== place);
  if (repeated.length > 0) return { ok: false, code: 'units_repeated', units: [...new Set(repeated)] };
  const fee = won(bookingFeePerTicket ?? defaultBookingFee);
  const priced: PricedUnit[] = [];
  const unsold: number[] = [];
  for (const unit of units) {
    const grade = grades[gradeOf(unit) ?? -1];
    if (grade === undefined) unsold.push(unit);
    else priced.push({ unit, grade: grade.grade, price: won(grade.price), bookingFee: bookingFeeOf(grade.price, fee) });
  }
  if (unsold.length > 0) return { ok: false, code: 'units_not_sold', units: unsold };
  const tickets = won(priced.reduce((sum, { price }) => sum + price, 0));
  const bookingFee = won(priced.reduce((sum, unit) => sum + unit.bookingFee, 0));
  return { ok: true, units: priced, tickets, bookingFee, total: won(tickets + bookingFee) };
}

/** A ticket that costs nothing is booked for nothing. */
export function bookingFeeOf(price: number, bookingFeePerTicket: number): number {
  return price === 0 ? 0 : bookingFeePerTicket;
}

function won(amount: number): number {
  if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError(`${amount} is no amount of whole won`);
  return amount;
}
