import { waitFor } from '@ticketaka/platform/testing';
import autocannon from 'autocannon';
import { z } from 'zod';
import { quarters } from '../../services/performances/posters/test/pictures.ts';
import { BoxOffice, base } from '../e2e/box-office.ts';
import { expectStatus, password, signUp } from '../e2e/people.ts';
import type { Platform } from '../e2e/platform.ts';
import { manage, map } from '../e2e/show.ts';
import { Visitor } from '../e2e/visitor.ts';

/** Something that people do, as often as they can for a while. */
export interface Load {
  readonly name: string;
  /** Whose work it is. */
  readonly workloads: readonly string[];
  /** Resolves to how often it was done in so many seconds. */
  run(seconds: number): Promise<number>;
}

const created = z.looseObject({ id: z.uuid() });
const standing = 50_000;

/** What the workloads are there for. What is only read is asked of one replica; all else goes through the gateway. */
export async function createLoads(platform: Platform): Promise<readonly Load[]> {
  const { children } = await platform.state();
  const of = (workload: string) => {
    const replica = children.find(({ name }) => name === workload || name.startsWith(`${workload}-`));
    return `http://127.0.0.1:${replica?.port}`;
  };
  const office = await BoxOffice.open(platform);
  const { sessionId, performanceId } = await largeShow(office);
  const member = await signUp(platform);
  const buyers = await signUpMany(platform, buyersOfSession);
  let bookings = 0;
  const availability = `${of('reservation-api')}${base}/sessions/${sessionId}/availability`;
  const pathOfPosters = `${manage}/performances/${performanceId}/posters`;
  const picture = await quarters(3_000, 4_200).jpeg().toBuffer();
  return [
    { name: 'page of the site', workloads: ['web-server'], run: asking(`${of('web-server')}/`) },
    {
      name: 'search',
      workloads: ['performances-catalogue'],
      run: asking(`${of('performances-catalogue')}/api/performances?query=${encodeURIComponent('뮤지컬')}&limit=20`),
    },
    { name: 'picture of 50,000 units', workloads: ['reservation-api'], run: asking(availability) },
    {
      name: 'booking',
      workloads: ['reservation-api', 'reservation-worker', 'mail-worker', 'performances-collector'],
      run: repeating(16, async () => {
        const buyer = buyers[bookings++ % buyers.length] ?? office.organizer;
        await office.book(buyer, await office.hold(buyer, { sessionId, grade: '스탠딩', quantity: 1 }));
      }),
    },
    {
      name: 'sign-up',
      workloads: ['members-api', 'auth-api', 'mail-worker'],
      run: repeating(8, () => signUp(platform)),
    },
    {
      name: 'sign-in',
      workloads: ['auth-api'],
      run: repeating(16, async () => {
        expectStatus(await new Visitor(platform.gateway).login(member.email, password), 200);
      }),
    },
    {
      name: 'poster of 3000 × 4200',
      workloads: ['performances-api'],
      run: repeating(4, () => changePoster(office.organizer, platform.gateway + pathOfPosters, picture)),
    },
  ];
}

/** In turn: each has a limit for the session. */
const buyersOfSession = 96;

async function signUpMany(platform: Platform, count: number): Promise<readonly Visitor[]> {
  const people: Visitor[] = [];
  for (let from = 0; from < count; from += 8) {
    const few = await Promise.all(Array.from({ length: 8 }, () => signUp(platform)));
    people.push(...few.map(({ visitor }) => visitor));
  }
  return people;
}

/** A session with as many places as a stadium, on sale. */
async function largeShow(office: BoxOffice) {
  const { organizer } = office;
  const { hallId, performanceId, session } = await office.show();
  const add = async (path: string, body: unknown) =>
    created.parse(expectStatus(await organizer.send('POST', manage + path, { body }), 201).body).id;
  const sections = map.sections.map((section) =>
    'capacity' in section ? { ...section, capacity: standing } : section,
  );
  const seatMapId = await add(`/halls/${hallId}/seat-maps`, { name: '대형', map: { sections } });
  const sessionId = await add(`/performances/${performanceId}/sessions`, {
    ...session,
    seatMapId,
    // The hall is taken in the evening.
    startsAt: session.startsAt.replace('T19:30', 'T12:00'),
    perMemberLimit: 100,
  });
  const known = async () => (await organizer.send('GET', `${base}/sessions/${sessionId}/availability`)).status === 200;
  await waitFor(known, { timeoutMs: 60_000, what: 'the large session to be sold' });
  return { sessionId, performanceId };
}

/** Puts a poster up, and takes it down again. */
async function changePoster({ token }: Visitor, url: string, picture: Buffer): Promise<void> {
  const authorization = `Bearer ${token}`;
  const headers = { authorization, 'content-type': 'image/jpeg' };
  const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(picture) });
  if (answer.status !== 201) throw new Error(`a poster was answered with ${answer.status}: ${await answer.text()}`);
  const [, id] = /posters\/([^/]+)\//.exec(answer.headers.get('location') ?? '') ?? [];
  const gone = await fetch(`${url}/${id}`, { method: 'DELETE', headers: { authorization } });
  if (!gone.ok) throw new Error(`taking a poster down was answered with ${gone.status}`);
  for (const { body } of [answer, gone]) await body?.cancel();
}

function asking(url: string): Load['run'] {
  return async (duration) => {
    const result = await autocannon({ url, connections: 32, duration });
    if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} failed ${result.non2xx + result.errors} times`);
    return result['2xx'];
  };
}

function repeating(atOnce: number, once: () => Promise<unknown>): Load['run'] {
  return async (seconds) => {
    const until = performance.now() + seconds * 1_000;
    const failures: unknown[] = [];
    let count = 0;
    const lane = async () => {
      while (performance.now() < until) {
        await once().catch((error: unknown) => failures.push(error));
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    // What fails costs less, and would make the figure too good.
    if (failures.length > count / 100) throw new AggregateError(failures, `${failures.length} of ${count} failed`);
    return count;
  };
}
