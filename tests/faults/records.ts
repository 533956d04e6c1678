import { services } from '@ticketaka/charts/services';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, openDatabase } from '@ticketaka/platform/mariadb';
import { connect } from 'amqplib';
import type { Platform } from '../e2e/platform.ts';
import type { Records } from './history.ts';

/** Tables of several services, as only the administrator of the database sees them together. */
interface Tables {
  'members.members': { id: string; email: string; state: string };
  'members.sign_ups': { member_id: string; due_at: Date };
  'members.outbox': { id: number };
  'auth.accounts': { member_id: string; email: string };
  'mail.email': { id: string; state: string; created_at: Date; ended_at: Date | null };
}

const queues = services.flatMap(({ consumes }) => consumes.flatMap(({ queue }) => [queue, `${queue}.dead`]));

/** Longer than a sign-up whose client has gone can still be at work on the other side. */
const longestRequestMs = 8_000;
const settleAfterMs = 60_000;

/** Reads what a platform has written down, past its services. */
export class Archive implements AsyncDisposable {
  readonly #db: Database<Tables>;
  readonly #amqp: string;
  readonly #domain: string;

  private constructor(db: Database<Tables>, amqp: string, domain: string) {
    this.#db = db;
    this.#amqp = amqp;
    this.#domain = domain;
  }

  static async open(platform: Platform, domain = 'ticketaka.example'): Promise<Archive> {
    const { root } = await platform.state();
    const log = createLogger({ service: 'tests', workload: 'faults', level: 'silent' });
    const db = await openDatabase<Tables>({ url: root['mariadb'] ?? '', log, poolSize: 2 });
    return new Archive(db, root['amqp'] ?? '', domain);
  }

  /** @param since of e-mails: those of the tests before are none of this one's business */
  async read({ prefix, since }: { readonly prefix: string; readonly since: number }): Promise<Records> {
    const { kysely } = this.#db;
    const [members, accounts, signUps, outbox, emails, messages] = await Promise.all([
      kysely
        .selectFrom('members.members')
        .select(['id', 'email', 'state'])
        .where('email', 'like', `${prefix}%`)
        .execute(),
      kysely
        .selectFrom('auth.accounts')
        .select(['member_id as id', 'email'])
        .where('email', 'like', `${prefix}%`)
        .execute(),
      kysely.selectFrom('members.sign_ups').select('member_id').execute(),
      kysely.selectFrom('members.outbox').select('id').execute(),
      kysely
        .selectFrom('mail.email')
        .select(['id', 'state', 'ended_at'])
        .where('created_at', '>=', new Date(since))
        .execute(),
      this.#messages(),
    ]);
    return {
      members,
      accounts,
      openSignUps: signUps.map(({ member_id }) => member_id),
      outbox: outbox.length,
      queues: messages,
      emails: emails.map(({ id, state, ended_at }) => ({
        messageId: `${id}@${this.#domain}`,
        state,
        endedAt: ended_at?.getTime(),
      })),
    };
  }

  /**
   * Lets a minute pass for sign-ups whose people have gone: what would be due then is due now. Those that began a
   * moment ago are not touched, since their request may still be at work.
   */
  async bringSettlementForward(): Promise<void> {
    const now = Date.now();
    await this.#db.kysely
      .updateTable('members.sign_ups')
      .set({ due_at: new Date(now) })
      .where('due_at', '>', new Date(now))
      .where('due_at', '<', new Date(now + settleAfterMs - longestRequestMs))
      .execute();
  }

  /** Takes away what would settle these sign-ups: the guard that a negative control does without. */
  async forgetSignUps(): Promise<readonly string[]> {
    const rows = await this.#db.kysely.selectFrom('members.sign_ups').select('member_id').execute();
    await this.#db.kysely.deleteFrom('members.sign_ups').execute();
    return rows.map(({ member_id }) => member_id);
  }

  /** Gives back what {@link forgetSignUps} took, due now. */
  async remember(signUps: readonly string[]): Promise<void> {
    const due_at = new Date();
    for (const member_id of signUps)
      await this.#db.kysely.insertInto('members.sign_ups').values({ member_id, due_at }).execute();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.close();
  }

  async #messages(): Promise<Record<string, number>> {
    const connection = await connect(this.#amqp);
    // Without a listener a broker that dies again would end this process.
    connection.on('error', () => undefined);
    try {
      const channel = await connection.createChannel();
      const counts: Record<string, number> = {};
      for (const queue of queues) counts[queue] = (await channel.checkQueue(queue)).messageCount;
      return counts;
    } finally {
      await connection.close();
    }
  }
}
