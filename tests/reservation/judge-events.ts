import type { AuditRow, Trial } from './history.ts';

/** What others hear of, by what happened. */
const announced: Readonly<Record<string, readonly string[]>> = {
  'CLAIMED nothing_to_pay': ['reservation.confirmed', 'ticket.issued'],
  'PAID confirmed': ['reservation.confirmed', 'ticket.issued'],
  'PAID seats_gone': ['reservation.cancelled'],
  'PAID show_cancelled': ['reservation.cancelled'],
  'CONFIRMED ticket_cancelled': ['reservation.cancelled'],
  'CONFIRMED cancelled': ['reservation.cancelled'],
  'CONFIRMED show_cancelled': ['reservation.cancelled'],
};

/** Everything that happened was told, under one id, and nothing else was. */
export function judgeEvents({ records, events }: Trial): string[] {
  const due = Map.groupBy(records.audit.flatMap(dueOf), (name) => name);
  for (const { reservationId } of records.refunds) {
    const name = `reservation.refunded ${reservationId}`;
    due.set(name, [...(due.get(name) ?? []), name]);
  }
  const came = Map.groupBy(events, ({ type, reservationId }) => `${type} ${reservationId}`);
  const waiting = records.outbox > 0 ? [`${records.outbox} messages are still in the outbox`] : [];
  return [...new Set([...due.keys(), ...came.keys()])]
    .flatMap((name) => {
      const wanted = due.get(name)?.length ?? 0;
      const ids = new Set(came.get(name)?.map(({ id }) => id)).size;
      return wanted === ids ? [] : [`${name} happened ${wanted} times, and ${ids} messages say so`];
    })
    .concat(waiting);
}

function dueOf({ reservationId, event, from }: AuditRow): string[] {
  return (announced[`${from} ${event}`] ?? []).map((type) => `${type} ${reservationId}`);
}
