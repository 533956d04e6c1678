import { transitions } from '../../services/reservation/domain/reservation-states.ts';
import type { Trial } from './history.ts';

/** What is written of a reservation is a path through the table of transitions, and leads to where it is. */
export function judgeAudit({ records }: Trial): string[] {
  const byReservation = Map.groupBy(records.audit, ({ reservationId }) => reservationId);
  const faults = records.reservations.flatMap(({ id, state }) => {
    const path = byReservation.get(id) ?? [];
    byReservation.delete(id);
    let at = 'HELD';
    for (const { from, event, to } of path) {
      const allowed = transitions.some((row) => row.from === from && row.on === event && row.to === to);
      if (from !== at || !allowed) return [`reservation ${id} was ${at}, and ${event} led from ${from} to ${to}`];
      at = to;
    }
    return at === state ? [] : [`reservation ${id} is ${state}, and what is written leads to ${at}`];
  });
  return [...faults, ...[...byReservation.keys()].map((id) => `something happened to ${id}, which is not there`)];
}
