import type { Claim, Shown, Trial } from './history.ts';

/** What is shown of a unit, by what is claimed of it. What nobody has may still be held, and what is offered too. */
const allowed: Readonly<Record<Claim['state'] | 'none', readonly Shown[]>> = {
  none: ['free', 'held'],
  claimed: ['taken'],
  sold: ['taken'],
  blocked: ['blocked'],
  offered: ['held', 'taken'],
};

/** Every picture of a session is as MariaDB says. */
export function judgePictures({ sessions, pictures, records }: Trial): string[] {
  const claims = Map.groupBy(records.claims, ({ sessionId }) => sessionId);
  return pictures.flatMap(({ sessionId, where, shown }) => {
    const states = new Map(claims.get(sessionId)?.map(({ unit, state }) => [unit, state]));
    const blocked = new Set(sessions.find(({ id }) => id === sessionId)?.blocked);
    return shown.flatMap((each, unit) => {
      const state = states.get(unit) ?? (blocked.has(unit) ? 'blocked' : 'none');
      if (allowed[state].includes(each)) return [];
      return [`unit ${unit} of ${sessionId} is shown as ${each} by ${where}, and is ${state}`];
    });
  });
}
