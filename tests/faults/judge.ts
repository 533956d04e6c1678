import type { Answer, History, Outage, Person, Records, Step } from './history.ts';

export interface Trial {
  readonly history: History;
  readonly outage: Outage;
  readonly records: Records;
}

const success: Readonly<Record<Step, number>> = { ask: 202, confirm: 200, join: 201, login: 200, read: 200 };

/** What a person can be told and act on. Anything else that is no success is a riddle. */
const clear: Readonly<Record<Step, readonly string[]>> = {
  ask: ['too_many_requests'],
  confirm: ['too_many_requests', 'code_wrong'],
  join: ['too_many_requests', 'ticket_invalid'],
  login: ['too_many_requests'],
  read: ['too_many_requests'],
};

/** How far apart the moment of a kill and the clock of a record may be, in milliseconds. */
const tolerance = 2_000;

/** Everything that should not have happened, in words. Empty when all is well. */
export function judge(trial: Trial): string[] {
  return [
    ...trial.history.answers.flatMap((answer) => judgeAnswer(answer, trial.outage)),
    ...trial.history.people.flatMap((person) => judgePerson(person, trial)),
    ...confirmedForNothing(trial.history),
    ...halfMade(trial.records),
    ...lettersMissing(trial),
    ...leftOver(trial.records),
  ];
}

function judgeAnswer({ email, step, from, until, outcome }: Answer, outage: Outage): string[] {
  const broken = outcome.kind === 'broken' || outcome.status >= 500;
  if (broken) {
    if (from <= outage.until && until >= outage.from) return [];
    const what = outcome.kind === 'broken' ? outcome.why : `${outcome.status} ${outcome.code ?? ''}`;
    return [`${step} of ${email} failed while nothing was away (${from - outage.from} ms after the kill): ${what}`];
  }
  if (outcome.status === success[step]) return [];
  if (outcome.code !== undefined && clear[step].includes(outcome.code)) return [];
  return [`${step} of ${email} was answered ${outcome.status} ${outcome.code ?? 'without a code'}`];
}

function judgePerson({ email, end, memberId, shown }: Person, { history, records }: Trial): string[] {
  const complaints: string[] = [];
  if (end === 'gave up') complaints.push(`${email} was patient, and came to nothing`);
  const joined = answersOf(history, email, 'join').some(({ outcome }) => isAnswer(outcome, success.join));
  if (joined !== (memberId !== undefined)) complaints.push(`${email} was answered 201 without an id, or the reverse`);
  if (memberId === undefined) return complaints;
  const members = records.members.filter((member) => member.email === email);
  if (members.length !== 1 || members[0]?.id !== memberId || members[0].state !== 'active')
    complaints.push(`${email} was welcomed as ${memberId}, and members has ${JSON.stringify(members)}`);
  const accounts = records.accounts.filter((account) => account.email === email);
  if (accounts.length !== 1 || accounts[0]?.id !== memberId)
    complaints.push(`${email} was welcomed as ${memberId}, and auth has ${JSON.stringify(accounts)}`);
  if (end === 'member' && (shown?.id !== memberId || shown.email !== email))
    complaints.push(`${email} is ${memberId}, and was shown ${JSON.stringify(shown)}`);
  return complaints;
}

/** A code that was accepted leads to a member, or to an answer that says why not; unless its owner walked away. */
function confirmedForNothing(history: History): string[] {
  return history.people.flatMap(({ email, end }) => {
    const confirmed = answersOf(history, email, 'confirm').filter(({ outcome }) => isAnswer(outcome, success.confirm));
    const last = Math.max(...confirmed.map(({ until }) => until));
    if (confirmed.length === 0 || end === 'left') return [];
    const told = answersOf(history, email, 'join').some(
      ({ from, outcome }) => from >= last && outcome.kind === 'answered' && outcome.status < 500,
    );
    return told ? [] : [`${email} had a code confirmed, and never heard what became of it`];
  });
}

/** Two databases agree on who is a member, and nobody is in between. */
function halfMade({ members, accounts, openSignUps }: Records): string[] {
  const active = new Set(members.filter(({ state }) => state === 'active').map(({ id }) => id));
  const known = new Set(accounts.map(({ id }) => id));
  return [
    ...members.filter(({ state }) => state === 'pending').map(({ id, email }) => `${email} (${id}) is half a member`),
    ...[...active].filter((id) => !known.has(id)).map((id) => `member ${id} has no account`),
    ...accounts.filter(({ id }) => !active.has(id)).map(({ id, email }) => `account ${id} (${email}) has no member`),
    ...openSignUps.map((id) => `the sign-up of ${id} is still open`),
  ];
}

/** Each code that was promised came, and each e-mail that counts as sent is in the mailbox. */
function lettersMissing({ history, outage, records }: Trial): string[] {
  const arrived = new Set(history.letters.map(({ messageId }) => messageId));
  const notSent = records.emails.filter(({ state }) => state !== 'sent');
  const unseen = records.emails.filter(({ state, messageId }) => state === 'sent' && !arrived.has(messageId));
  // The mailbox had taken them, and then it died: the only way in which one may go missing.
  const gone = unseen.filter(
    ({ endedAt }) => outage.lettersLost && endedAt !== undefined && Math.abs(endedAt - outage.from) <= tolerance,
  );
  const missing = history.people.flatMap(({ email }) => {
    const promised = answersOf(history, email, 'ask').filter(({ outcome }) => isAnswer(outcome, success.ask)).length;
    const came = new Set(
      history.letters.filter(({ to, code }) => to === email && code !== undefined).map(({ messageId }) => messageId),
    ).size;
    return Array.from(
      { length: Math.max(0, promised - came) },
      () => `a code for ${email} was promised and never came`,
    );
  });
  return [
    ...notSent.map(({ messageId, state }) => `e-mail ${messageId} is ${state}`),
    ...unseen.filter((email) => !gone.includes(email)).map(({ messageId }) => `e-mail ${messageId} was lost`),
    ...(missing.length > gone.length ? missing : []),
  ];
}

function leftOver({ outbox, queues }: Records): string[] {
  return [
    ...(outbox > 0 ? [`${outbox} messages are still in the outbox`] : []),
    ...Object.entries(queues)
      .filter(([, messages]) => messages > 0)
      .map(([queue, messages]) => `${messages} messages are in ${queue}`),
  ];
}

function answersOf({ answers }: History, email: string, step: Step): readonly Answer[] {
  return answers.filter((answer) => answer.email === email && answer.step === step);
}

function isAnswer(outcome: Answer['outcome'], status: number): boolean {
  return outcome.kind === 'answered' && outcome.status === status;
}
