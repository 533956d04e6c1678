import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { platform as connect, type Platform } from '../e2e/platform.ts';
import { Crowd } from './crowd.ts';
import type { Outage, Records } from './history.ts';
import { judge } from './judge.ts';
import { PostOffice } from './post-office.ts';
import { Archive } from './records.ts';
import { lostAndFound } from './server-log.ts';
import { killed, processOf } from './victims.ts';

/** Each part is killed while people sign up. Afterwards nobody is half a member, nothing is lost, and it goes on. */

const victims = [
  'mariadb',
  'redis',
  'rabbitmq',
  'auth-api',
  'members-api',
  'mail-worker',
  'web-server',
  'mesh',
  'mail-sandbox',
];

/** Of a breaker that opened in the outage, until it lets calls through again. */
const recoveryMs = 6_000;
const settleMs = 45_000;

let platform: Platform;
let post: PostOffice;
let archive: Archive;
beforeAll(async () => {
  platform = await connect();
  post = new PostOffice(platform.mail).open();
  archive = await Archive.open(platform);
}, 180_000);
afterAll(async () => {
  await archive[Symbol.asyncDispose]();
  await post.close();
  await platform[Symbol.asyncDispose]();
});

describe('kill -9 while people sign up', () => {
  it.each(victims)(
    'of %s leaves nobody half a member and loses nothing',
    async (victim) => {
      const crowd = new Crowd(platform, post);
      const since = Date.now();
      crowd.start();
      await untilMembers(crowd, { since, count: 2 });

      const from = Date.now();
      await killed(platform, victim);
      const ready = Date.now();
      const outage: Outage = { from, until: ready + recoveryMs, lettersLost: victim === 'mail-sandbox' };

      await untilMembers(crowd, { since: ready, count: 4 });
      await crowd.stop();
      const records = await atRest({ prefix: crowd.prefix, since });
      await post.catchUp();
      const { history } = crowd;
      expect(judge({ history, outage, records })).toEqual([]);
      await toldOnce({ victim, from });
    },
    120_000,
  );
});

describe('a sign-up whose request dies', () => {
  it('stays half made when nothing settles it, which the judge sees, and is whole or gone when something does', async () => {
    const since = Date.now();
    const crowd = new Crowd(platform, post);
    const auth = await processOf(platform, 'auth-api');
    process.kill(auth, 'SIGSTOP');
    let guards: readonly string[];
    try {
      await crowd.oneImpatient();
      guards = await archive.forgetSignUps();
    } finally {
      process.kill(auth, 'SIGCONT');
    }
    expect(guards).toHaveLength(1);
    const outage: Outage = { from: since, until: Date.now() + recoveryMs };
    const verdict = async () => {
      const records = await atRest({ prefix: crowd.prefix, since });
      await post.catchUp();
      return judge({ history: crowd.history, outage, records });
    };
    expect(await verdict()).toContainEqual(expect.stringMatching(/is half a member$/));
    await archive.remember(guards);
    expect(await verdict()).toEqual([]);
  }, 90_000);
});

/** Who can do without a server finds it in their own time, after they are ready. */
async function toldOnce({ victim, from }: { victim: string; from: number }) {
  const told = async () => Object.entries(await lostAndFound(platform, victim, from));
  const isOver = async () => (await told()).every(([, words]) => words.at(-1) === 'found');
  // What is missing is shown by the comparison.
  await waitFor(isOver, { timeoutMs: 15_000, intervalMs: 200 }).catch(() => undefined);
  for (const [workload, words] of await told())
    expect({ workload, words }).toEqual({ workload, words: ['lost', 'found'] });
}

async function untilMembers(crowd: Crowd, { since, count }: { since: number; count: number }) {
  const what = `${count} people to sign up`;
  await waitFor(() => crowd.membersSince(since) >= count, { what, timeoutMs: 45_000 });
}

/** What is left once all that was begun has ended. Never throws for what stays: that is the judge's to say. */
async function atRest(of: { prefix: string; since: number }): Promise<Records> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const records = await archive.read(of);
    const { openSignUps, outbox, queues, emails } = records;
    const busy =
      openSignUps.length > 0 ||
      outbox > 0 ||
      Object.entries(queues).some(([queue, messages]) => messages > 0 && !queue.endsWith('.dead')) ||
      emails.some(({ state }) => state === 'waiting' || state === 'in_flight');
    if (!busy || performance.now() > deadline) return records;
    await archive.letTimePass();
    await delay(200);
  }
}
