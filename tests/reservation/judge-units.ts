import type { Attempt, Records, Trial } from './history.ts';

/** No unit has two owners at any time, no member has more than the limit, and claims, tickets and counts agree. */
export function judgeUnits({ history, records, sessions }: Trial): string[] {
  const limits = new Map(sessions.map(({ id, perMember }) => [id, perMember]));
  return [
    ...overlaps(ownedByTheirAnswers(history)).map((what) => `sold twice: ${what}, by what buyers were told`),
    ...overlaps(ownedByTheRows(records)).map((what) => `sold twice: ${what}, by the rows`),
    ...twoClaims(records).map((what) => `sold twice: ${what} has two claims`),
    ...ticketsAndClaims(records),
    ...countsOfMembers(records, limits),
  ];
}

interface Ownership {
  readonly unit: string;
  readonly who: string;
  readonly from: number;
  readonly until: number;
}

/** Surely owned: from the answer to the booking until a cancellation is first asked for. */
function ownedByTheirAnswers(history: readonly Attempt[]): Ownership[] {
  const askedBack = new Map<string, number>();
  for (const { step, about, from } of history) {
    if (step !== 'cancel' || about === undefined) continue;
    askedBack.set(about, Math.min(from, askedBack.get(about) ?? Infinity));
  }
  const first = new Map<string, Ownership>();
  for (const { step, sessionId, until, outcome } of history) {
    if (step !== 'book' || outcome.kind !== 'done' || outcome.told.state !== 'CONFIRMED') continue;
    const { reservationId = '', units } = outcome.told;
    for (const unit of units) {
      const name = `${reservationId} ${unit}`;
      const before = first.get(name)?.from ?? Infinity;
      first.set(name, {
        unit: `unit ${unit} of ${sessionId}`,
        who: reservationId,
        from: Math.min(before, until),
        until: askedBack.get(reservationId) ?? Infinity,
      });
    }
  }
  return [...first.values()];
}

function ownedByTheRows({ tickets }: Records): Ownership[] {
  return tickets.flatMap(({ sessionId, unit, reservationId, soldAt, endedAt = Infinity }) =>
    soldAt === undefined
      ? []
      : [{ unit: `unit ${unit} of ${sessionId}`, who: reservationId, from: soldAt, until: endedAt }],
  );
}

function overlaps(owned: readonly Ownership[]): string[] {
  const byUnit = Map.groupBy(owned, ({ unit }) => unit);
  return [...byUnit].flatMap(([unit, all]) => {
    const sorted = all.toSorted((a, b) => a.from - b.from);
    return sorted.flatMap((each, index) => {
      const next = sorted[index + 1];
      return next && next.who !== each.who && next.from < each.until ? [`${unit} to ${each.who} and ${next.who}`] : [];
    });
  });
}

function twoClaims({ claims }: Records): string[] {
  const byUnit = Map.groupBy(claims, ({ sessionId, unit }) => `unit ${unit} of ${sessionId}`);
  return [...byUnit].flatMap(([unit, all]) => (all.length > 1 ? [unit] : []));
}

function ticketsAndClaims({ claims, tickets, reservations }: Records): string[] {
  const nameOf = (reservationId: string | null, sessionId: string, unit: number) =>
    `${reservationId} ${sessionId} ${unit}`;
  const claimed = new Map(
    claims.map(({ reservationId, sessionId, unit, state }) => [nameOf(reservationId, sessionId, unit), state]),
  );
  const wanted = { pending: 'claimed', valid: 'sold', cancelled: undefined } as const;
  const states = new Map(reservations.map(({ id, state }) => [id, state]));
  const faults = tickets.flatMap(({ id, reservationId, sessionId, unit, state }) => {
    const name = nameOf(reservationId, sessionId, unit);
    const found = claimed.get(name);
    claimed.delete(name);
    const complaints: string[] = [];
    if (found !== wanted[state]) complaints.push(`ticket ${id} is ${state}, and its claim is ${found ?? 'not there'}`);
    if (state === 'valid' && states.get(reservationId) !== 'CONFIRMED')
      complaints.push(`ticket ${id} is valid, and its reservation is ${states.get(reservationId) ?? 'not there'}`);
    return complaints;
  });
  const left = [...claimed].filter(([, state]) => state === 'claimed' || state === 'sold');
  // A unit that came back and has yet to be offered is claimed by nobody.
  return [
    ...faults,
    ...left.flatMap(([name]) => (name.startsWith('null ') ? [] : [`claim ${name} belongs to no ticket`])),
  ];
}

function countsOfMembers({ tickets, reservations, taken }: Records, limits: ReadonlyMap<string, number>): string[] {
  const byId = new Map(reservations.map((row) => [row.id, row]));
  const counts = new Map<string, number>();
  for (const { reservationId, sessionId, state } of tickets) {
    const row = byId.get(reservationId);
    if (state === 'cancelled' || row?.kind !== 'bought') continue;
    const name = `${sessionId} ${row.memberId}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const stored = new Map(taken.map((row) => [`${row.sessionId} ${row.memberId}`, row.taken]));
  return [...new Set([...counts.keys(), ...stored.keys()])].flatMap((name) => {
    const [sessionId = ''] = name.split(' ');
    const has = counts.get(name) ?? 0;
    const counted = stored.get(name) ?? 0;
    const limit = limits.get(sessionId) ?? Infinity;
    return [
      ...(has > limit ? [`member ${name} has ${has} units, and may have ${limit}`] : []),
      ...(has === counted ? [] : [`member ${name} has ${has} units, and ${counted} are counted`]),
    ];
  });
}
