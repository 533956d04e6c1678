import type { Payment, Records, StoredReservation, Trial } from './history.ts';

/** What was taken and not given back is what the sold tickets cost, in our books and in those of the payment service. */
export function judgeMoney({ records, payments }: Trial): string[] {
  const byOrder = Map.groupBy(payments, ({ orderId }) => orderId);
  const faults = records.reservations.flatMap((row) => {
    const kept = keptOf(byOrder.get(row.holdId) ?? []);
    byOrder.delete(row.holdId);
    return ofReservation(row, kept, records);
  });
  const forNothing = [...byOrder].flatMap(([order, entries]) => {
    const kept = keptOf(entries);
    return kept === 0 ? [] : [`${kept} won were kept for order ${order}, which has no reservation`];
  });
  return [...faults, ...forNothing, ...inTwoBooks(records, payments), ...openRefunds(records)];
}

function ofReservation(row: StoredReservation, kept: number, { tickets, audit }: Records): string[] {
  const own = tickets.filter(({ reservationId }) => reservationId === row.id);
  const faults: string[] = [];
  const prices = own.reduce((sum, { price }) => sum + price, 0);
  if (prices !== row.ticketTotal)
    faults.push(`reservation ${row.id} costs ${row.ticketTotal}, and its tickets cost ${prices}`);
  const wasSold = audit.some(({ reservationId, to }) => reservationId === row.id && to === 'CONFIRMED');
  const whole = wasSold && row.kind === 'bought' ? row.ticketTotal + row.fee : 0;
  const owed = wasSold ? whole - row.refunded : 0;
  if (kept !== owed)
    faults.push(`${kept} won are kept for reservation ${row.id} (${row.state}), and ${owed} should be`);
  if (own.length > 0 && own.every(({ state }) => state === 'valid') && owed !== whole)
    faults.push(`reservation ${row.id} is whole, and ${row.refunded} won of it went back`);
  return faults;
}

function keptOf(entries: readonly Payment[]): number {
  return entries.reduce((sum, { captured, refunded }) => sum + captured - refunded, 0);
}

/** Each payment that took money is written down with what went back of it, once. */
function inTwoBooks({ payments: stored }: Records, payments: readonly Payment[]): string[] {
  const byKey = new Map(stored.map((row) => [row.providerKey, row]));
  const taken = payments.filter(({ captured }) => captured > 0);
  const known = new Set(taken.map(({ paymentKey }) => paymentKey));
  return [
    ...taken.flatMap(({ paymentKey, captured, refunded }) => {
      const row = byKey.get(paymentKey);
      if (!row)
        return captured === refunded ? [] : [`payment ${paymentKey} took ${captured} won that nobody wrote down`];
      if (row.amount === captured && row.refunded === refunded) return [];
      return [
        `payment ${paymentKey} took ${captured} and gave ${refunded} back, and ${row.amount} and ${row.refunded} are written down`,
      ];
    }),
    ...stored.flatMap(({ providerKey, state }) =>
      known.has(providerKey) ? [] : [`payment ${providerKey} is ${state}, and took nothing`],
    ),
  ];
}

function openRefunds({ refunds }: Records): string[] {
  return refunds.flatMap(({ id, state }) => (state === 'done' ? [] : [`refund ${id} is ${state}`]));
}
