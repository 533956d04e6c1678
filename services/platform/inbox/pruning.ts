import type { Component } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import { type AnyDatabase, createPruning } from '../mariadb/index.ts';

export interface InboxPruningOptions {
  readonly db: AnyDatabase;
  readonly log: Logger;
  /** How long a message is remembered. Longer than anybody keeps a message to replay it. @default 30 */
  readonly keepDays?: number;
}

/** Forgets messages that cannot come again. */
export function createInboxPruning({ db, log, keepDays = 30 }: InboxPruningOptions): Required<Component> {
  return createPruning({ db, log, table: 'inbox', column: 'received_at', olderThanSeconds: keepDays * 86_400 });
}
