import { createHash } from 'node:crypto';
import type { api as performances } from '@ticketaka/performances/api';
import { type Client, ProblemError } from '@ticketaka/platform/client';
import { LRUCache } from 'lru-cache';
import type { SaleWindow } from '../domain/sale-rules.ts';
import type { KnownSession, SaleTimes } from '../sessions/index.ts';

type Answer = Awaited<ReturnType<Client<typeof performances>['checkPresaleCode']>>['body']['presales'];

/** Right for so long after it was asked, in milliseconds. */
const freshMs = 60_000;

/** Which sale windows of a session are open to a buyer who shows a code. Performances keeps the codes, hashed. */
export class Presales {
  readonly #performances: Pick<Client<typeof performances>, 'checkPresaleCode'>;
  readonly #answers = new LRUCache<string, Answer>({ max: 50_000, ttl: freshMs });

  constructor(client: Pick<Client<typeof performances>, 'checkPresaleCode'>) {
    this.#performances = client;
  }

  /** Performances is asked only while a presale is open and the general sale is not. @throws Unreachable */
  async windows(session: KnownSession, { code, now }: { readonly code: string | undefined; readonly now: Date }) {
    const times = session.saleTimes;
    const isOpen = ({ opensAt, closesAt }: SaleTimes) => opensAt <= now && now < closesAt;
    const asks = times.some((each) => each.kind === 'presale' && isOpen(each));
    const sold = times.some((each) => each.kind === 'general' && isOpen(each));
    const answer = asks && !sold ? await this.#ask(session, code ?? '') : [];
    return times.map((each): SaleWindow => ({ ...each, code: codeOf(each, answer) }));
  }

  async #ask({ id: sessionId, document: { version } }: KnownSession, code: string): Promise<Answer> {
    // An answer names the hours of the presales, which may be others since. A code in a heap dump would open the sale for
    // whoever reads it.
    const key = createHash('sha256').update(`${sessionId}\n${version}\n${code}`).digest('base64url');
    const known = this.#answers.get(key);
    if (known) return known;
    try {
      const { body } = await this.#performances.checkPresaleCode({ params: { sessionId }, body: { code } });
      this.#answers.set(key, body.presales);
      return body.presales;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) return [];
      throw error;
    }
  }
}

function codeOf(
  { kind, opensAt, closesAt }: { readonly kind: string; readonly opensAt: Date; readonly closesAt: Date },
  answer: Answer,
): SaleWindow['code'] {
  if (kind === 'general') return 'none';
  const same = answer.find(
    (each) => Date.parse(each.opensAt) === opensAt.getTime() && Date.parse(each.closesAt) === closesAt.getTime(),
  );
  if (same?.code === 'none') return 'none';
  return same?.code === 'right' ? 'verified' : 'missing';
}
