import { randomUUID } from 'node:crypto';
import { type Route, roles } from '@ticketaka/platform/contract';
import { z } from 'zod';
import type { FuzzAnswer } from './fuzz-client.ts';
import type { Known } from './fuzz-schema.ts';
import { Mailbox } from './mailbox.ts';
import { expectStatus, newAddress, type Person, password, signUp } from './people.ts';
import type { Platform } from './platform.ts';
import { map, openShow } from './show.ts';
import { mint } from './tokens.ts';
import { Visitor } from './visitor.ts';

const ticketBody = z.object({ ticket: z.string() });
const sessionsBody = z.object({ sessions: z.array(z.object({ sessionId: z.string() })) });
const createdBody = z.object({ id: z.string() });

const csv = 'section,kind,row,number,x,y,capacity\r\n1층,seated,A,1,0,0,\r\n스탠딩,standing,,,,,100\r\n';
/** 64 × 64, of one colour. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAA1BMVEUSNFaB+k3yAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAG0lEQVRYhe3BgQAA' +
  'AADDoPlT3+AEVQEAAAB0DRBAAAGx1LfoAAAAAElFTkSuQmCC';

/** Of which field a route that creates something gives values to others. */
const madeBy: Readonly<Record<string, string>> = {
  createVenue: 'venueId',
  createHall: 'hallId',
  createSeatMap: 'seatMapId',
  importSeatMap: 'seatMapId',
  createPerformance: 'performanceId',
  createSession: 'sessionId',
  hold: 'holdId',
  book: 'reservationId',
};
/** Of what the requests made, this much is used in further ones. */
const keptIds = 20;

/** People and things that exist, so that requests get past the first question of a handler. */
export class World {
  readonly #common: Known;
  readonly #ofRoute: Readonly<Record<string, Known>>;
  readonly #learned = new Map<string, string[]>();
  /** Of a member who has every role. */
  readonly token: string;
  readonly #leaver: string;

  private constructor(world: { common: Known; ofRoute: Record<string, Known>; token: string; leaver: string }) {
    this.#common = world.common;
    this.#ofRoute = world.ofRoute;
    this.token = world.token;
    this.#leaver = world.leaver;
  }

  static async create(platform: Platform): Promise<World> {
    const admin = await (await mint(platform)).good(['admin']);
    const [main, subject, leaver] = await Promise.all([signUp(platform), signUp(platform), signUp(platform)]);
    const body = { roles };
    expectStatus(await main.visitor.send('PUT', `/api/members/${main.id}/roles`, { body, token: admin }), 200);
    expectStatus(await main.visitor.refresh(), 200);
    const [show, codes, tickets, resets, sessions] = await Promise.all([
      openShow(main.visitor),
      codeFor(platform, 'verifications', stranger(platform)),
      Promise.all([ticketFor(platform, 'verifications'), ticketFor(platform, 'verifications')]),
      codeFor(platform, 'password-resets', subject),
      Promise.all([sessionOf(platform, main), sessionOf(platform, main), sessionOf(platform, main)]),
    ]);
    const { venueId, hallId, seatMapId, performanceId, sessionId, session, show: details } = show;
    const resetTicket = await ticketFor(platform, 'password-resets', leaver);
    const listed = sessionsBody.parse((await main.visitor.send('GET', '/api/auth/sessions')).body).sessions;
    const refreshCookies = sessions.map((cookie) => cookie.slice(cookie.indexOf('=') + 1));
    return new World({
      token: main.visitor.token ?? '',
      leaver: leaver.visitor.token ?? '',
      common: {
        venueId: [venueId],
        hallId: [hallId],
        seatMapId: [seatMapId],
        performanceId: [performanceId],
        sessionId: [sessionId],
        memberId: [subject.id],
        email: [subject.email],
        password: [password],
        current: [password],
        map: [map],
        grades: [session.grades],
        grade: ['R', '스탠딩'],
        quantity: [1, 2],
        seats: [[0], [1, 2], [30]],
        units: [[3], [4, 5]],
        paymentKey: [randomUUID()],
        holdId: [`${sessionId}.${'a'.repeat(22)}`],
        reservationId: [randomUUID()],
        startsAt: [session.startsAt],
        startDate: [details.startDate],
        endDate: [details.endDate],
        sections: [['1층'], ['스탠딩']],
        file: ['swagger-ui.css', '64.webp'],
        posterId: [randomUUID()],
        ifMatch: ['"v1"', '"v2"', '"v3"', 'W/"v1"', '*'],
        'text/csv': [csv, `\ufeff${csv}`],
        'image/*': [Buffer.from(png, 'base64')],
      },
      ofRoute: {
        endSession: { sessionId: listed.slice(1).map((one) => one.sessionId) },
        refresh: { ticketaka_refresh: refreshCookies.slice(0, 2) },
        logout: { ticketaka_refresh: refreshCookies.slice(2) },
        confirmVerification: { email: [codes.email], code: [codes.code] },
        confirmPasswordReset: { email: [resets.email], code: [resets.code] },
        signUp: { ticket: tickets },
        resetPassword: { ticket: [resetTicket] },
      },
    });
  }

  knownFor({ name }: Route): Known {
    const learned = [...this.#learned].map(([field, ids]) => [
      field,
      [...(this.#common[field] ?? []), ...ids.slice(-keptIds)],
    ]);
    return { ...this.#common, ...Object.fromEntries(learned), ...this.#ofRoute[name] };
  }

  /** The best token that there is: a member who has every role. Who leaves is somebody else. */
  tokenFor({ access, name }: Route): string | undefined {
    if (access.level === 'public') return undefined;
    return name === 'withdraw' ? this.#leaver : this.token;
  }

  learn({ name }: Route, { status, body }: FuzzAnswer): void {
    const field = madeBy[name];
    if (field === undefined || status !== 201) return;
    const { id } = createdBody.parse(JSON.parse(body.toString()));
    this.#learned.set(field, [...(this.#learned.get(field) ?? []), id]);
  }
}

type Proof = 'verifications' | 'password-resets';

type Addressee = Pick<Person, 'email' | 'mailbox'>;

function stranger({ mail }: Platform): Addressee {
  const email = newAddress();
  return { email, mailbox: new Mailbox(mail, email) };
}

async function codeFor({ gateway }: Platform, proof: Proof, { email, mailbox }: Addressee) {
  const visitor = new Visitor(gateway);
  expectStatus(await visitor.send('POST', `/api/members/${proof}`, { body: { email } }), 202);
  return { email, code: await mailbox.takeCode() };
}

async function ticketFor(platform: Platform, proof: Proof, to = stranger(platform)): Promise<string> {
  const body = await codeFor(platform, proof, to);
  const answer = await new Visitor(platform.gateway).send('POST', `/api/members/${proof}/confirm`, { body });
  return ticketBody.parse(expectStatus(answer, 200).body).ticket;
}

/** A further login; gives its refresh cookie. */
async function sessionOf({ gateway }: Platform, { email }: Person): Promise<string> {
  const visitor = new Visitor(gateway);
  expectStatus(await visitor.login(email, password), 200);
  return visitor.cookie ?? '';
}
