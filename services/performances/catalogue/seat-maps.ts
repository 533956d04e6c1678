import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import { LRUCache } from 'lru-cache';
import type { Schema } from '../store/schema.ts';
import { DamagedFile, readChecked, writeChecked } from './checked-file.ts';

const decompress = promisify(brotliDecompress);

/** Of geometry as JSON: some twenty stadiums, or a thousand theatres. */
const memoryBytes = 64_000_000;

export interface SeatMapsOptions {
  /** Where maps are kept for the time when MariaDB is away. */
  readonly directory: string;
  /** @throws Unavailable */
  readonly db: () => Pick<Database<Schema>, 'kysely'>;
  readonly log: Logger;
}

/** Seat maps by id. One never changes, so each is fetched from MariaDB once, and kept on disk for good. */
export class SeatMaps {
  readonly #options: SeatMapsOptions;
  readonly #json = new LRUCache<string, Promise<Buffer | undefined>>({ max: 1_000 });
  readonly #texts = new LRUCache<string, Buffer>({ maxSize: memoryBytes, sizeCalculation: ({ length }) => length });
  readonly #onDisk = new Set<string>();

  constructor(options: SeatMapsOptions) {
    this.#options = options;
  }

  /**
   * The SeatMapDocument as JSON; undefined when there is no such map.
   * @throws Unavailable when it is not here yet and MariaDB is away
   */
  async read(id: string): Promise<Buffer | undefined> {
    const known = this.#texts.get(id);
    if (known) return known;
    // Those who ask while it is read wait for the same.
    const reading = this.#json.get(id) ?? this.#read(id);
    this.#json.set(id, reading);
    try {
      return await reading;
    } finally {
      this.#json.delete(id);
    }
  }

  /**
   * Fetches what is not on the disk yet, one after the other.
   * @throws Unavailable when MariaDB is away
   */
  async keep(ids: Iterable<string>): Promise<void> {
    for (const id of ids) {
      if (this.#onDisk.has(id) || (await this.#readFile(id))) continue;
      await this.#fetch(id);
    }
  }

  async #read(id: string): Promise<Buffer | undefined> {
    const packed = (await this.#readFile(id)) ?? (await this.#fetch(id));
    if (!packed) return undefined;
    const text = await decompress(packed);
    this.#texts.set(id, text);
    return text;
  }

  async #readFile(id: string): Promise<Buffer | undefined> {
    try {
      const packed = await readChecked(this.#path(id));
      if (packed) this.#onDisk.add(id);
      return packed;
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      this.#options.log.warn({ err: error, seatMapId: id }, 'a seat map on disk is damaged and fetched again');
      return undefined;
    }
  }

  async #fetch(id: string): Promise<Buffer | undefined> {
    const { kysely } = this.#options.db();
    const row = await kysely.selectFrom('seat_maps').select('document').where('id', '=', id).executeTakeFirst();
    if (!row) return undefined;
    try {
      await writeChecked(this.#path(id), (add) => add(row.document));
      this.#onDisk.add(id);
    } catch (error) {
      // A full disk is no reason to answer nobody.
      this.#options.log.error({ err: error, seatMapId: id }, 'a seat map cannot be kept on disk');
    }
    return row.document;
  }

  #path(id: string): string {
    return join(this.#options.directory, `${id}.json.br`);
  }
}
