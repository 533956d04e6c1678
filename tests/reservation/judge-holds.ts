import type { Attempt, Outage, Trial } from './history.ts';

/** How long a hold is. */
const holdMs = 7 * 60_000;
/** How far apart the clocks of the servers and of buyers may be, with what an answer takes. */
const skewMs = 15_000;

/** Each hold lasts as long as it should, and what somebody holds or is offered is nobody else's meanwhile. */
export function judgeHolds({ history, outages }: Trial): string[] {
  const kept = keptBy(history);
  return [...history.flatMap((attempt) => lengths(attempt, history)), ...byTwo(kept, outages)];
}

/** A repeated request is told of the same hold, of which less is left by then. */
function lengths({ step, memberId, key, from, until, outcome }: Attempt, history: readonly Attempt[]): string[] {
  if (step !== 'hold' || outcome.kind !== 'done') return [];
  const { expiresAt } = outcome.told;
  if (expiresAt === undefined) return [];
  const isTooLong = expiresAt > until + holdMs + skewMs;
  const isTooShort = expiresAt < from + holdMs - skewMs;
  if (!isTooLong && !(isTooShort && history.every((other) => other.key !== key || other.from >= from))) return [];
  return [`a hold of ${memberId} was to last ${Math.round((expiresAt - until) / 1_000)} seconds`];
}

/** What is one member's, and no other's, from an answer on until they do something about it or the time is over. */
interface Kept {
  readonly unit: string;
  readonly who: string;
  readonly how: 'held by' | 'offered to';
  /** When it was asked for: it began after that. */
  readonly asked: number;
  readonly from: number;
  readonly until: number;
}

function keptBy(history: readonly Attempt[]): readonly Kept[] {
  const ended = new Map<string, number>();
  for (const { step, about, memberId, sessionId, from } of history) {
    if (step !== 'release' && step !== 'book' && step !== 'cancel') continue;
    for (const name of [about ?? '', `${memberId} ${sessionId}`])
      ended.set(name, Math.min(from, ended.get(name) ?? Infinity));
  }
  const first = new Map<string, Kept>();
  for (const { step, memberId, sessionId, about, from, until, outcome } of history) {
    if (outcome.kind !== 'done' || (step !== 'hold' && step !== 'offer')) continue;
    const { units, holdId, expiresAt = until } = outcome.told;
    const name = holdId ?? about ?? '';
    // Whoever has been offered something holds it next, and books that.
    const end = ended.get(step === 'offer' ? `${memberId} ${sessionId}` : name) ?? Infinity;
    for (const unit of units) {
      if (first.has(`${name} ${unit}`)) continue;
      first.set(`${name} ${unit}`, {
        unit: `unit ${unit} of ${sessionId}`,
        who: memberId,
        how: step === 'offer' ? 'offered to' : 'held by',
        asked: from,
        from: until,
        until: Math.min(end, expiresAt - skewMs),
      });
    }
  }
  return [...first.values()];
}

function byTwo(kept: readonly Kept[], outages: readonly Outage[]): string[] {
  const byUnit = Map.groupBy(kept, ({ unit }) => unit);
  return [...byUnit].flatMap(([unit, all]) => {
    const sorted = all.toSorted((a, b) => a.from - b.from);
    return sorted.flatMap((each, index) => {
      const thief = sorted
        .slice(index + 1)
        .find((next) => next.who !== each.who && next.asked >= each.from && next.from < each.until);
      // Without Redis a hold may be lost.
      const isExcused = thief && outages.some(({ from, until }) => from <= thief.from && until >= each.from);
      if (!thief || isExcused) return [];
      return [`${unit} was ${each.how} ${each.who}, and ${thief.how} ${thief.who} before that was over`];
    });
  });
}
