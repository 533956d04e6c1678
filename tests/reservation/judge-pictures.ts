import type { Claim, Shown, Trial } from './history.ts';

/** What is shown of a unit, by what is claimed of it. What nobody has may still be held, and what is offered too. */
const allowed: Readonly<Record<Claim['state'] | 'none', readonly Shown[]>> = {
  none: ['free', 'held'],
  claimed: ['taken'],
  sold: ['taken'],
  blocked: ['blocked'],
  offered: ['held', 'taken'],
};

export function judgePictures({ sessions, pictures, records }: Trial): string[] {
  return sessions.flatMap(({ id, blocked }) => {
    const states = new Map(
      records.claims.filter(({ sessionId }) => sessionId === id).map(({ unit, state }) => [unit, state]),
    );
    return (pictures.get(id) ?? []).flatMap((shown, unit) => {
      const state = states.get(unit) ?? (blocked.includes(unit) ? 'blocked' : 'none');
      return allowed[state].includes(shown) ? [] : [`unit ${unit} of ${id} is shown as ${shown}, and is ${state}`];
    });
  });
}
