import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { details, password } from '../e2e/people.ts';
import { type Answer as Response, Visitor } from '../e2e/visitor.ts';
import type { Answer, Person, Step } from './history.ts';
import type { PostOffice } from './post-office.ts';

export interface VisitorOptions {
  readonly gateway: string;
  readonly post: PostOffice;
  /** Told of every answer, and of every one that did not come. */
  readonly note: (answer: Answer) => void;
  /** Whether they try again. One who does not walks away at the first thing that goes wrong. */
  readonly patient: boolean;
}

/** How long a person tries until they give up, in milliseconds: longer than any outage in these tests. */
const patienceMs = 60_000;
const mailWaitMs = 15_000;
const pauseMs = 250;
const longestPauseMs = 2_000;

const problemBody = z.object({ code: z.string() });
const ticketBody = z.object({ ticket: z.string() });
const memberBody = z.object({ id: z.uuid(), email: z.string() });

class WalkedAway extends Error {
  override readonly name = 'WalkedAway';
}

/**
 * Signs up as a person with a good client does: what was not answered, or with 5xx or 429, is sent again as it was, with
 * the same code and the same ticket. A new code is asked for only when none comes, or the one that came is refused.
 */
export async function signUpPatiently(email: string, options: VisitorOptions): Promise<Person> {
  const person = { email, startedAt: Date.now() };
  const journey = new Journey(email, options);
  let memberId: string | undefined;
  try {
    memberId = await journey.join();
    await journey.persist('login');
    const shown = memberBody.parse((await journey.persist('read')).body);
    return { ...person, end: 'member', memberId, shown };
  } catch (error) {
    if (!(error instanceof WalkedAway)) throw error;
    const end = options.patient ? 'gave up' : 'left';
    return { ...person, end, ...(memberId !== undefined && { memberId }) };
  }
}

class Journey {
  readonly #email: string;
  readonly #options: VisitorOptions;
  readonly #visitor: Visitor;
  readonly #deadline = performance.now() + patienceMs;
  readonly #tried = new Set<string>();

  constructor(email: string, options: VisitorOptions) {
    this.#email = email;
    this.#options = options;
    this.#visitor = new Visitor(options.gateway);
  }

  async join(): Promise<string> {
    for (;;) {
      const code = this.#freshCode() ?? (await this.#askForCode());
      if (code === undefined) continue;
      this.#tried.add(code);
      const confirmed = await this.persist('confirm', { email: this.#email, code });
      if (confirmed.status !== 200) continue;
      const { ticket } = ticketBody.parse(confirmed.body);
      const joined = await this.persist('join', { ticket, password, ...details });
      if (joined.status === 201) return memberBody.parse(joined.body).id;
    }
  }

  /** Until there is an answer that says something about the request itself. */
  async persist(step: Step, body?: unknown): Promise<Response> {
    for (;;) {
      if (performance.now() > this.#deadline) throw new WalkedAway('out of patience');
      const response = await this.#attempt(step, body);
      if (response && response.status < 500 && response.status !== 429) return response;
      if (!this.#options.patient) throw new WalkedAway('it did not work');
      const retryAfter = Number(response?.headers.get('retry-after') ?? 0) * 1_000;
      await delay(Math.min(Math.max(pauseMs, retryAfter), longestPauseMs) * (0.8 + Math.random() * 0.4));
    }
  }

  async #attempt(step: Step, body: unknown): Promise<Response | undefined> {
    const from = Date.now();
    const note = (outcome: Answer['outcome']) =>
      this.#options.note({ email: this.#email, step, from, until: Date.now(), outcome });
    let response: Response;
    try {
      response = await this.#send(step, body);
    } catch (error) {
      note({ kind: 'broken', why: causeOf(error) });
      return undefined;
    }
    note({ kind: 'answered', status: response.status, code: problemBody.safeParse(response.body).data?.code });
    return response;
  }

  #send(step: Step, body: unknown): Promise<Response> {
    const visitor = this.#visitor;
    switch (step) {
      case 'ask':
        return visitor.send('POST', '/api/members/verifications', { body });
      case 'confirm':
        return visitor.send('POST', '/api/members/verifications/confirm', { body });
      case 'join':
        return visitor.send('POST', '/api/members', { body });
      case 'login':
        return visitor.login(this.#email, password);
      case 'read':
        return visitor.send('GET', '/api/members/me');
    }
  }

  async #askForCode(): Promise<string | undefined> {
    await this.persist('ask', { email: this.#email });
    try {
      return await waitFor(() => this.#freshCode(), { timeoutMs: mailWaitMs, intervalMs: 50 });
    } catch {
      // Whether it should have come is the judge's question; a person asks for another one.
      return undefined;
    }
  }

  #freshCode(): string | undefined {
    return this.#options.post.codes(this.#email).find((code) => !this.#tried.has(code));
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
