import { type changeFeed, type api as performances, SellableSession } from '@ticketaka/performances/api';
import { type Client, ProblemError } from '@ticketaka/platform/client';
import type { MessageData } from '@ticketaka/platform/contract';
import type { Logger } from '@ticketaka/platform/log';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { noteRescheduling } from '../rescheduling/note-rescheduling.ts';
import type { Db } from '../store/schema.ts';
import { type Document, KnownSession } from './known-session.ts';

type Change = MessageData<typeof changeFeed>;

export interface SessionBookOptions {
  readonly db: { readonly kysely: Db };
  readonly performances: Pick<Client<typeof performances>, 'getSession'>;
  readonly log: Logger;
  /** After so long a session is asked for again, behind the back of whoever wants it, in milliseconds. @default 60 000 */
  readonly refreshMs?: number;
}

/** Units of all the sessions in memory at once: forty stadiums. */
const unitsInMemory = 2_000_000;

interface Entry {
  readonly session: KnownSession;
  askedAt: number;
}

/**
 * What is known of the sessions on sale. It is asked for once, kept in memory and in MariaDB, and brought up to date by
 * the feed of changes, so that a known session is sold on when performances is away.
 */
export class SessionBook {
  readonly #options: SessionBookOptions;
  readonly #known = new LRUCache<string, Entry>({
    maxSize: unitsInMemory,
    sizeCalculation: ({ session }) => Math.max(1, session.units),
  });
  readonly #asking = new Map<string, Promise<KnownSession | undefined>>();
  /** Called off by their organisers here, which performances may not know yet. */
  readonly #withdrawn = new Set<string>();

  constructor(options: SessionBookOptions) {
    this.#options = options;
  }

  /**
   * @returns undefined when there is no such session, or none that is sold by seat
   * @throws Unreachable, Unavailable when it is not known yet and nobody can be asked
   */
  async get(id: string): Promise<KnownSession | undefined> {
    const entry = this.#known.get(id);
    if (!entry) return await this.#ask(id);
    if (performance.now() - entry.askedAt > (this.#options.refreshMs ?? 60_000)) {
      entry.askedAt = performance.now();
      this.#ask(id).catch((error: unknown) =>
        this.#options.log.warn({ err: error, sessionId: id }, 'a session could not be brought up to date'),
      );
    }
    return entry.session;
  }

  /** As performances has it now; as it was last known when nobody can be asked. Otherwise as {@link get}. */
  async latest(id: string): Promise<KnownSession | undefined> {
    return await this.#ask(id);
  }

  /** Those in memory: what this process sells. */
  get open(): readonly KnownSession[] {
    return Array.from(this.#known.values(), ({ session }) => session);
  }

  /** Sells nothing of a session any more, whatever performances says of it. */
  withdraw(id: string): void {
    this.#withdrawn.add(id);
    const entry = this.#known.peek(id);
    if (entry && !entry.session.document.session.cancelled) this.#remember(entry.session.document);
  }

  /** Takes a change of the feed into the sessions that are known. */
  async apply(change: Change): Promise<void> {
    const { performanceId, version } = change;
    for (const { session } of this.#known.values()) {
      if (session.performance.id !== performanceId || session.document.version > version) continue;
      const next =
        change.change === 'removed' ? withdrawn(session.document) : changed(session.document, change.document);
      if (next) await this.#keep(next);
      else {
        this.#known.delete(session.id);
        await this.#ask(session.id);
      }
    }
  }

  #ask(id: string): Promise<KnownSession | undefined> {
    const asking = this.#asking.get(id) ?? this.#fetch(id).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return asking;
  }

  async #fetch(id: string): Promise<KnownSession | undefined> {
    try {
      const { body } = await this.#options.performances.getSession({ params: { sessionId: id } });
      const known = this.#known.peek(id);
      if (known && known.session.document.version > body.version) return known.session;
      return await this.#keep(body);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) return undefined;
      const kept = await this.#kept(id);
      if (!kept) throw error;
      this.#options.log.warn({ err: error, sessionId: id }, 'a session is sold as it was last known');
      return this.#remember(kept);
    }
  }

  async #keep(document: Document): Promise<KnownSession | undefined> {
    if (!document.map) return undefined;
    const { session, performance: show, version } = document;
    const { kysely } = this.#options.db;
    const startsAt = new Date(session.startsAt);
    await noteRescheduling(kysely, { sessionId: session.id, startsAt, version });
    // Another replica may have heard more. Columns are set one after the other: the version that is compared is the last.
    await sql`
      INSERT INTO sessions (session_id, performance_id, document, starts_at, version)
      VALUES (${session.id}, ${show.id}, ${JSON.stringify(document)}, ${startsAt}, ${version})
      ON DUPLICATE KEY UPDATE
        document = IF(VALUES(version) >= version, VALUES(document), document),
        starts_at = IF(VALUES(version) >= version, VALUES(starts_at), starts_at),
        version = GREATEST(version, VALUES(version))`.execute(kysely);
    return this.#remember(document);
  }

  async #kept(id: string): Promise<Document | undefined> {
    const row = await this.#options.db.kysely
      .selectFrom('sessions')
      .select('document')
      .where('session_id', '=', id)
      .executeTakeFirst();
    return row && SellableSession.parse(JSON.parse(row.document));
  }

  #remember(document: Document): KnownSession {
    const session = new KnownSession(this.#withdrawn.has(document.session.id) ? withdrawn(document) : document);
    this.#known.set(session.id, { session, askedAt: performance.now() });
    return session;
  }
}

type ChangedDocument = Extract<Change, { change: 'put' }>['document'];

/** @returns undefined when the change does not say all: another seat map */
function changed(known: Document, document: ChangedDocument): Document | undefined {
  const found = document.sessions.find(({ id }) => id === known.session.id);
  if (!found) return withdrawn(known);
  if (found.seatMapId !== known.map?.seatMapId) return undefined;
  const { gradeRuns, ...session } = found;
  const { id, title, ageLimit, genre, cancellationPolicy, organizerId, cancelled } = document;
  return {
    session,
    performance: { id, title, ageLimit, genre, cancellationPolicy, organizerId, cancelled },
    venue: document.venue.name,
    map: known.map && {
      ...known.map,
      grades: session.grades.map(({ grade, price }) => ({ grade, price })),
      gradeRuns,
    },
    version: document.version,
  };
}

/** Nothing of it is sold any more; what was sold stays what it was. */
function withdrawn(known: Document): Document {
  return { ...known, session: { ...known.session, cancelled: true } };
}
