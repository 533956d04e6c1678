import { LRUCache } from 'lru-cache';
import { createSearchIndex, type SearchHits, type SearchRequest, type Suggestion } from '../domain/search/index.ts';
import type { PerformanceDocument } from '../schemas/feed.ts';
import { type Card, cardOf, indexEntryOf } from './card.ts';
import { Rankings } from './rankings.ts';

/** Documents that are kept as values as well. */
const parsedDocuments = 500;

interface Held {
  readonly card: Card;
  /**
   * The document as JSON. The values of 50 000 would be some hundred megabytes for the garbage collector to walk
   * through again and again; bytes are out of its way.
   */
  readonly json: Buffer;
  readonly sessionIds: readonly string[];
  readonly seatMapIds: readonly string[];
}

/** What is known of a document that is to be taken. */
interface Known {
  /** The same document as JSON. @default written from it */
  readonly json?: Buffer;
  /** When it came, while the catalogue is shown already. @default when the change was made */
  readonly seenAt?: Date;
}

/** What of a document is asked for together. */
export interface SessionOf {
  readonly document: PerformanceDocument;
  readonly session: PerformanceDocument['sessions'][number];
}

/**
 * All that the read side shows, in memory. Documents are whole, so the newest version of each is all there is to know,
 * and what comes late, twice or out of order changes nothing.
 */
export class Catalogue {
  readonly #held = new Map<string, Held>();
  readonly #performanceOfSession = new Map<string, string>();
  /** The versions at which documents were removed, so that an older one does not bring them back. */
  readonly #removed = new Map<string, number>();
  readonly #index = createSearchIndex();
  readonly #parsed = new LRUCache<string, PerformanceDocument>({ max: parsedDocuments });
  #rankings = new Rankings();
  #generation = 0;
  #changedAt: number;

  /** @param changedAt of a catalogue that this one goes on from, whatever is left of its changes. @default 0 */
  constructor(changedAt = 0) {
    this.#changedAt = changedAt;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Another after each change: what was made of one generation is right for as long as it lasts. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * When the newest change that is in here was made, in epoch milliseconds; 0 while there is none. Never stays as it is
   * over a change that came late: whoever asks for what changed since then is to get it.
   */
  get changedAt(): number {
    return this.#changedAt;
  }

  get rankings(): Rankings {
    return this.#rankings;
  }

  get removed(): ReadonlyMap<string, number> {
    return this.#removed;
  }

  /** Of what is here or was removed; 0 for what never was. */
  versionOf(id: string): number {
    return this.#held.get(id)?.card.version ?? this.#removed.get(id) ?? 0;
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  ids(): Iterable<string> {
    return this.#held.keys();
  }

  card(id: string): Card | undefined {
    return this.#held.get(id)?.card;
  }

  document(id: string): PerformanceDocument | undefined {
    const held = this.#held.get(id);
    if (!held) return undefined;
    const known = this.#parsed.get(id);
    if (known?.version === held.card.version) return known;
    // It was written from a document in `#keep`.
    const document = JSON.parse(held.json.toString('utf8')) as PerformanceDocument;
    this.#parsed.set(id, document);
    return document;
  }

  /** The document as JSON. */
  json(id: string): Buffer | undefined {
    return this.#held.get(id)?.json;
  }

  session(sessionId: string): SessionOf | undefined {
    const performanceId = this.#performanceOfSession.get(sessionId);
    const document = performanceId === undefined ? undefined : this.document(performanceId);
    const session = document?.sessions.find(({ id }) => id === sessionId);
    return document && session && { document, session };
  }

  /** Ids of the performance of a session, without looking into its document. */
  performanceOf(sessionId: string): string | undefined {
    return this.#performanceOfSession.get(sessionId);
  }

  /** Every seat map that a session of these performances names, or of all of them. */
  seatMapIds(): Set<string> {
    const ids = new Set<string>();
    for (const { seatMapIds } of this.#held.values()) for (const id of seatMapIds) ids.add(id);
    return ids;
  }

  seatMapIdsOf(id: string): readonly string[] {
    return this.#held.get(id)?.seatMapIds ?? [];
  }

  /** Takes a document if it is newer than what is here; tells whether it was. */
  put(document: PerformanceDocument, known: Known = {}): boolean {
    if (document.version <= this.versionOf(document.id)) return false;
    this.#keep(document, known);
    return true;
  }

  /** Takes a document whatever is here: for a database that went back in time, as after a restore. */
  replace(document: PerformanceDocument, known: Known = {}): void {
    this.#keep(document, known);
  }

  /** Removes a document unless a newer one is here; tells whether there was one. */
  remove(id: string, { version, at }: { readonly version: number; readonly at: Date }): boolean {
    if (version < this.versionOf(id)) return false;
    this.#removed.set(id, version);
    const held = this.#held.get(id);
    if (!held) return false;
    for (const sessionId of held.sessionIds) this.#performanceOfSession.delete(sessionId);
    this.#held.delete(id);
    this.#parsed.delete(id);
    this.#index.remove(id);
    this.#changed(at.getTime());
    return true;
  }

  /** Tells whether anything is different now. */
  setRankings(rankings: Rankings, at: Date): boolean {
    if (JSON.stringify(rankings.lists) === JSON.stringify(this.#rankings.lists)) return false;
    const moved = [...rankings.differing(this.#rankings)];
    this.#rankings = rankings;
    for (const id of moved) {
      const card = this.card(id);
      if (card) this.#index.put(indexEntryOf(card, rankings.popularityOf(id)));
    }
    this.#changed(at.getTime());
    return true;
  }

  /** @throws InvalidCursor */
  search(request: SearchRequest): SearchHits {
    return this.#index.search(request);
  }

  suggest(text: string, limit: number): readonly Suggestion[] {
    return this.#index.suggest(text, limit);
  }

  #keep(document: PerformanceDocument, { json = Buffer.from(JSON.stringify(document)), seenAt }: Known): void {
    const { id, sessions } = document;
    const card = cardOf(document);
    for (const sessionId of this.#held.get(id)?.sessionIds ?? []) this.#performanceOfSession.delete(sessionId);
    const sessionIds = sessions.map((session) => session.id);
    for (const sessionId of sessionIds) this.#performanceOfSession.set(sessionId, id);
    const seatMapIds = [...new Set(sessions.flatMap(({ seatMapId }) => seatMapId ?? []))];
    this.#held.set(id, { card, json, sessionIds, seatMapIds });
    this.#removed.delete(id);
    this.#parsed.delete(id);
    this.#index.put(indexEntryOf(card, this.#rankings.popularityOf(id)));
    this.#changed(Date.parse(document.updatedAt), seenAt?.getTime());
  }

  #changed(at: number, seenAt = at): void {
    this.#generation += 1;
    this.#changedAt = at > this.#changedAt ? at : Math.max(this.#changedAt, seenAt);
  }
}
