import { createDueWork, type DueRow, type DueWork } from '@ticketaka/platform/due-work';
import type { FileStore } from '@ticketaka/platform/file-store';
import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { z } from 'zod';
import type { Schema } from '../store/schema.ts';
import { fileOf, posterKey } from './poster-file.ts';
import { forgetFiles } from './poster-store.ts';

const row = z.object({ id: z.string(), widths: z.array(z.int()) });

export interface PosterSweepOptions {
  readonly db: Database<Schema>;
  readonly files: FileStore;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** The longest time between two looks, in milliseconds. @default 30 000: nothing is in a hurry */
  readonly pollMs?: number | undefined;
}

/** Removes the files of uploads that came to nothing, and of posters that were taken down. Any replica may. */
export function createPosterSweep({ db, files, log, metrics, pollMs = 30_000 }: PosterSweepOptions): DueWork {
  return createDueWork<Schema, DueRow>({
    db,
    table: 'poster_files',
    name: 'poster files',
    concurrency: 4,
    pollMs,
    log,
    ...(metrics && { metrics }),
    async handle(due) {
      const { id, widths } = row.parse(due);
      await Promise.all(widths.map((width) => files.remove(posterKey(id, fileOf(width)))));
      return { done: true, write: (trx) => forgetFiles(trx, id) };
    },
  });
}
