import type { Attempt, Records, Told, Trial } from './history.ts';

/** Nobody is told what is not so, the same key has one answer, and there is a 5xx only while something is away. */
export function judgeAnswers(trial: Trial): string[] {
  const { history, records } = trial;
  return [
    ...history.flatMap((attempt) => failures(attempt, trial)),
    ...history.flatMap((attempt) => told(attempt, trial)),
    ...keysOfTwo(history),
    ...holdsOfTwo(records),
  ];
}

function failures(attempt: Attempt, { outages }: Trial): string[] {
  const { step, memberId, from, until, outcome } = attempt;
  const broken = outcome.kind === 'unknown' || (outcome.kind === 'refused' && outcome.status >= 500);
  if (!broken || outages.some((outage) => from <= outage.until && until >= outage.from)) return [];
  const what = outcome.kind === 'unknown' ? outcome.why : `${outcome.status} ${outcome.code}`;
  const after = outages.map(({ until: end }) => Math.round((from - end) / 1_000)).filter((seconds) => seconds >= 0);
  const when = after.length > 0 ? `, ${Math.min(...after)} seconds after an outage` : '';
  return [`${step} of ${memberId} failed while nothing was away${when}: ${what}`];
}

function told(attempt: Attempt, { sessions, history, records }: Trial): string[] {
  const { step, outcome } = attempt;
  if (outcome.kind !== 'done') return [];
  const { told: answer } = outcome;
  if (step === 'book' && answer.state === 'CONFIRMED')
    return confirmed(attempt, answer, { sessions, history, records });
  if (step === 'cancel') return cancelled(answer, records);
  return [];
}

function confirmed(
  { memberId, sessionId }: Attempt,
  { reservationId = '', units, total }: Told,
  { sessions, history, records }: Pick<Trial, 'sessions' | 'history' | 'records'>,
): string[] {
  const row = records.reservations.find(({ id }) => id === reservationId);
  if (!row) return [`reservation ${reservationId} was confirmed to its buyer, and is not there`];
  const faults: string[] = [];
  if (row.memberId !== memberId)
    faults.push(`reservation ${reservationId} was told to ${memberId}, who is not its buyer`);
  if (total !== undefined && row.ticketTotal + row.fee !== total)
    faults.push(`reservation ${reservationId} was told to cost ${total}, and costs ${row.ticketTotal + row.fee}`);
  const tickets = records.tickets.filter((ticket) => ticket.reservationId === reservationId);
  const stored = tickets.map(({ unit }) => unit).toSorted((a, b) => a - b);
  if (stored.join() !== units.toSorted((a, b) => a - b).join())
    faults.push(`reservation ${reservationId} was told to have ${units.join()}, and has ${stored.join()}`);
  if (sessions.some(({ id, calledOff }) => id === sessionId && calledOff))
    return row.state === 'REFUNDED'
      ? faults
      : [...faults, `reservation ${reservationId} of what is called off is ${row.state}`];
  const askedBack = history.some(({ step, about }) => step === 'cancel' && about === reservationId);
  if (!askedBack && (row.state !== 'CONFIRMED' || tickets.some(({ state }) => state !== 'valid')))
    faults.push(`reservation ${reservationId} was confirmed, nobody gave it back, and it is ${row.state}`);
  return faults;
}

function cancelled({ reservationId = '', refunded }: Told, { reservations, tickets }: Records): string[] {
  const row = reservations.find(({ id }) => id === reservationId);
  if (!row) return [`reservation ${reservationId} was cancelled, and is not there`];
  const given = tickets.filter((ticket) => ticket.reservationId === reservationId && ticket.state === 'cancelled');
  return [
    ...(given.length === 0 ? [`tickets of ${reservationId} were taken back, and none is`] : []),
    ...(refunded !== undefined && row.refunded < refunded
      ? [`${refunded} won of ${reservationId} were to go back, and ${row.refunded} are written down`]
      : []),
  ];
}

/** Of a booking, whatever its status: the later ones know more. */
function keysOfTwo(history: readonly Attempt[]): string[] {
  const done = history.flatMap(({ step, memberId, key, outcome }) =>
    key !== undefined && outcome.kind === 'done' ? [{ name: `${step} ${memberId} ${key}`, told: outcome.told }] : [],
  );
  return [...Map.groupBy(done, ({ name }) => name)].flatMap(([name, all]) => {
    const answers = new Set(all.map(({ told: { reservationId = '', units } }) => `${reservationId} ${units.join()}`));
    return answers.size > 1 ? [`the key of ${name} has ${answers.size} answers`] : [];
  });
}

function holdsOfTwo({ reservations }: Records): string[] {
  return [...Map.groupBy(reservations, ({ sessionId, holdId }) => `${sessionId}.${holdId}`)].flatMap(([hold, rows]) =>
    rows.length > 1 ? [`hold ${hold} became ${rows.length} reservations`] : [],
  );
}
