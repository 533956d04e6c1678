import { services } from '@ticketaka/charts/services';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, openDatabase } from '@ticketaka/platform/mariadb';
import { connect } from 'amqplib';
import type { Platform } from '../e2e/platform.ts';
import type { Records } from './history.ts';

interface EmailTable {
  id: string;
  state: string;
  due_at: Date;
  created_at: Date;
  ended_at: Date | null;
}

/** Tables of several services, as only the administrator of the database sees them together. */
interface Tables {
  'members.members': { id: string; email: string; state: string };
  'members.sign_ups': { member_id: string; due_at: Date };
  'members.outbox': { id: number; due_at: Date; lease_token: string | null };
  'auth.accounts': { member_id: string; email: string };
  'mail.email_auth': EmailTable;
  'mail.email_realtime': EmailTable;
}

const emailTables = ['mail.email_auth', 'mail.email_realtime'] as const;
const queues = services.flatMap(({ consumes }) => consumes.flatMap(({ queue }) => [queue, `${queue}.dead`]));

/** Longer than a request, a publication or the sending of an e-mail takes here, in milliseconds. */
const inHandMs = 8_000;
/** How long each kind of work waits for whoever has it in hand, in milliseconds. */
const waits = {
  signUp: 60_000,
  'members.outbox': 10_000,
  'mail.email_auth': 40_000,
  'mail.email_realtime': 100_000,
};

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
      Promise.all(emailTables.map((table) => this.#emails(table, since))),
      this.#messages(),
    ]);
    return {
      members,
      accounts,
      openSignUps: signUps.map(({ member_id }) => member_id),
      outbox: outbox.length,
      queues: messages,
      emails: emails.flat().map(({ id, state, ended_at }) => ({
        messageId: `${id}@${this.#domain}`,
        state,
        endedAt: ended_at?.getTime(),
      })),
    };
  }

  /**
   * Lets the time pass that work waits for when whoever had it in hand has died: the minute of a sign-up, the lease of
   * an e-mail that was being sent or of a message that was being published. What was begun a moment ago is not touched,
   * since it may still be in hand; nor is what waits for its next try.
   */
  async letTimePass(): Promise<void> {
    const { kysely } = this.#db;
    const now = new Date();
    const abandoned = (waitMs: number) => new Date(now.getTime() + waitMs - inHandMs);
    await kysely
      .updateTable('members.sign_ups')
      .set({ due_at: now })
      .where('due_at', '>', now)
      .where('due_at', '<', abandoned(waits.signUp))
      .execute();
    await kysely
      .updateTable('members.outbox')
      .set({ due_at: now })
      .where('lease_token', 'is not', null)
      .where('due_at', '>', now)
      .where('due_at', '<', abandoned(waits['members.outbox']))
      .execute();
    for (const table of emailTables) {
      await kysely
        .updateTable(table)
        .set({ due_at: now })
        .where('state', '=', 'in_flight')
        .where('due_at', '>', now)
        .where('due_at', '<', abandoned(waits[table]))
        .execute();
    }
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

  async #emails(table: (typeof emailTables)[number], since: number) {
    return await this.#db.kysely
      .selectFrom(table)
      .select(['id', 'state', 'ended_at'])
      .where('created_at', '>=', new Date(since))
      .execute();
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
