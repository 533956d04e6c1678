import type { api as members } from '@ticketaka/members/api';
import { type Client, ProblemError } from '@ticketaka/platform/client';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Db } from '../store/schema.ts';

/** Who a buyer is, as members last said it. */
export interface Buyer {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  readonly locale: 'ko' | 'en';
  /** `1994-03-21` */
  readonly birthDate: string;
}

export interface BuyersOptions {
  readonly db: { readonly kysely: Db };
  readonly members: Pick<Client<typeof members>, 'getPerson'>;
}

/** Long enough for a visit; who changed the name since is asked for when the next mail is written. */
const freshMs = 3_600_000;

/** The buyers of this service's own sales. It keeps them, so that mails go out, and sales on, when members is away. */
export class Buyers {
  readonly #options: BuyersOptions;
  /** A crowd's worth. */
  readonly #recent = new LRUCache<string, Buyer>({ max: 200_000, ttl: freshMs });
  readonly #asking = new Map<string, Promise<Buyer | undefined>>();

  constructor(options: BuyersOptions) {
    this.#options = options;
  }

  /**
   * @returns undefined when there is no such member any more
   * @throws Unreachable when members is away and the buyer is new
   */
  async get(memberId: string): Promise<Buyer | undefined> {
    const recent = this.#recent.get(memberId);
    if (recent) return recent;
    const asking = this.#asking.get(memberId) ?? this.#ask(memberId).finally(() => this.#asking.delete(memberId));
    this.#asking.set(memberId, asking);
    return await asking;
  }

  /**
   * Whoever is to be written to. Not from memory: they may have left, and another replica may have been told.
   * @returns undefined when there is no such member any more
   * @throws Unreachable when members is away and the buyer is new
   */
  async addressee(memberId: string): Promise<Buyer | undefined> {
    const [kept] = await buyersOf(this.#options.db.kysely, [memberId]);
    return kept ?? (await this.#ask(memberId));
  }

  /** Forgets somebody who left, for good: whoever is asking members just now writes nothing back. */
  async erase(memberId: string): Promise<void> {
    this.#recent.delete(memberId);
    await sql`
      INSERT INTO buyers (member_id, name, email, locale, birth_date, erased)
      VALUES (${memberId}, '', '', 'ko', '1900-01-01', TRUE)
      ON DUPLICATE KEY UPDATE name = '', email = '', locale = 'ko', birth_date = '1900-01-01', erased = TRUE`.execute(
      this.#options.db.kysely,
    );
  }

  async #ask(memberId: string): Promise<Buyer | undefined> {
    const { db, members } = this.#options;
    const asked = await members.getPerson({ params: { memberId } }).catch(async (error: unknown) => {
      if (error instanceof ProblemError && error.status === 404) return undefined;
      const [kept] = await buyersOf(db.kysely, [memberId]);
      if (!kept) throw error;
      return kept;
    });
    if (!asked) return undefined;
    if (!('body' in asked)) return this.#remember(asked);
    const { name, email, locale, birthDate } = asked.body;
    await keep(db.kysely, { memberId, name, email, locale, birthDate });
    const [kept] = await buyersOf(db.kysely, [memberId]);
    return kept && this.#remember(kept);
  }

  #remember(buyer: Buyer): Buyer {
    this.#recent.set(buyer.memberId, buyer);
    return buyer;
  }
}

/** Those of the members that have ever bought something, and have not left. */
export async function buyersOf(db: Db, memberIds: readonly string[]): Promise<readonly Buyer[]> {
  if (memberIds.length === 0) return [];
  return await db
    .selectFrom('buyers')
    .select([
      'member_id as memberId',
      'name',
      'email',
      'locale',
      sql<string>`DATE_FORMAT(birth_date, '%Y-%m-%d')`.as('birthDate'),
    ])
    .where('member_id', 'in', [...memberIds])
    .where('erased', '=', 0)
    .execute();
}

async function keep(db: Db, { memberId, name, email, locale, birthDate }: Buyer): Promise<void> {
  await sql`
    INSERT INTO buyers (member_id, name, email, locale, birth_date)
    VALUES (${memberId}, ${name}, ${email}, ${locale}, ${birthDate})
    ON DUPLICATE KEY UPDATE name = IF(erased, name, VALUES(name)), email = IF(erased, email, VALUES(email)),
      locale = IF(erased, locale, VALUES(locale)), birth_date = IF(erased, birth_date, VALUES(birth_date)),
      fetched_at = NOW(3)`.execute(db);
}
