import { describe, expect, it } from '@jest/globals';
import type { Answer, History, Outcome, Records, Step } from './history.ts';
import { judge, type Trial } from './judge.ts';

const email = 'ji-woo@example.com';
const id = '0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e';
const outage = { from: 10_000, until: 20_000 };
const ok = (status: number): Outcome => ({ kind: 'answered', status, code: undefined });
const no = (status: number, code?: string): Outcome => ({ kind: 'answered', status, code });
const broken: Outcome = { kind: 'broken', why: 'ECONNRESET' };

function answer(step: Step, from: number, outcome: Outcome): Answer {
  return { email, step, from, until: from + 100, outcome };
}

const answers = [
  answer('ask', 1_000, ok(202)),
  answer('confirm', 9_000, ok(200)),
  answer('join', 9_950, broken),
  answer('join', 12_000, no(503, 'unavailable')),
  answer('join', 15_000, ok(201)),
  answer('login', 21_000, ok(200)),
  answer('read', 22_000, ok(200)),
];
const history: History = {
  people: [{ email, end: 'member', memberId: id, shown: { id, email }, startedAt: 1_000 }],
  answers,
  letters: [{ messageId: 'one@ticketaka', to: email, code: '042917' }],
};
const records: Records = {
  members: [{ id, email, state: 'active' }],
  accounts: [{ id, email }],
  openSignUps: [],
  outbox: 0,
  queues: { 'email.auth': 0, 'email.auth.dead': 0 },
  emails: [{ messageId: 'one@ticketaka', state: 'sent', endedAt: 2_000 }],
};
const good: Trial = { history, records, outage };

const withHistory = (change: Partial<History>): Trial => ({ ...good, history: { ...history, ...change } });
const withRecords = (change: Partial<Records>): Trial => ({ ...good, records: { ...records, ...change } });
const replaced = (step: Step, outcome: Outcome, from: number) =>
  withHistory({ answers: [...answers.filter((one) => one.step !== step), answer(step, from, outcome)] });
const leaver = { email, end: 'left', startedAt: 1_000 } as const;

describe('the judge of a history', () => {
  it('has nothing to say about a good one, with failures while something was away', () => {
    expect(judge(good)).toEqual([]);
  });

  it.each<[string, Trial, RegExp]>([
    ['a failure after the outage', replaced('read', broken, 25_000), /^read of .* while nothing was away/],
    ['a 5xx before it', replaced('ask', no(500, 'internal_error'), 1_000), /^ask of .* while nothing was away/],
    ['a refusal without a code', replaced('login', no(403), 12_000), /^login of .* 403 without a code/],
    ['a code that makes no sense there', replaced('join', no(409, 'already_a_member'), 12_000), /^join of .* 409/],
    ['a patient person who came to nothing', withHistory({ people: [{ ...leaver, end: 'gave up' }] }), /patient/],
    ['a member who is not there', withRecords({ members: [] }), /members has \[\]/],
    ['an account that is not there', withRecords({ accounts: [] }), /auth has \[\]/],
    [
      'two rows for one person',
      withRecords({ members: [...records.members, { id: 'x', email, state: 'active' }] }),
      /members has/,
    ],
    ['half a member', withRecords({ members: [{ id, email, state: 'pending' }] }), /is half a member/],
    ['a member without an account', withRecords({ accounts: [{ id: 'other', email }] }), /has no account/],
    [
      'an account without a member',
      withRecords({ accounts: [...records.accounts, { id: 'y', email: 'y' }] }),
      /has no member/,
    ],
    ['a sign-up that was not settled', withRecords({ openSignUps: [id] }), /still open/],
    [
      'data of somebody else',
      withHistory({ people: [{ email, end: 'member', memberId: id, shown: { id: 'other', email }, startedAt: 0 }] }),
      /was shown/,
    ],
    [
      'a code that was confirmed for nothing',
      withHistory({ people: [{ ...leaver, end: 'gave up' }], answers: answers.slice(0, 4) }),
      /never heard/,
    ],
    ['a code that never came', withHistory({ letters: [] }), /promised and never came/],
    [
      'an e-mail that was lost',
      withHistory({ letters: [{ messageId: 'two', to: email, code: '111111' }] }),
      /was lost/,
    ],
    [
      'an e-mail that was given up',
      withRecords({ emails: [{ messageId: 'one@ticketaka', state: 'failed', endedAt: 1 }] }),
      /is failed/,
    ],
    ['a message in the outbox', withRecords({ outbox: 1 }), /in the outbox/],
    ['a dead letter', withRecords({ queues: { 'email.auth.dead': 1 } }), /email\.auth\.dead/],
  ])('notices %s', (_, trial, complaint) => {
    expect(judge(trial)).toContainEqual(expect.stringMatching(complaint));
  });

  it('lets those be who walked away, as long as they left nothing half made', () => {
    const gone = withHistory({ people: [leaver], answers: answers.slice(0, 3) });
    expect(judge({ ...gone, records: { ...records, members: [], accounts: [] } })).toEqual([]);
    expect(judge({ ...gone, records: { ...records, accounts: [] } })).toEqual([`member ${id} has no account`]);
  });

  it('excuses only what a mailbox had taken just before it was killed', () => {
    const lost = { ...withHistory({ letters: [] }), outage: { ...outage, lettersLost: true } };
    const endedAt = outage.from - 500;
    const [sent] = records.emails;
    if (!sent) throw new Error('one was sent');
    expect(judge({ ...lost, records: { ...records, emails: [{ ...sent, endedAt }] } })).toEqual([]);
    expect(judge(lost)).toHaveLength(2);
    expect(judge({ ...lost, outage, records: { ...records, emails: [{ ...sent, endedAt }] } })).toHaveLength(2);
  });
});
