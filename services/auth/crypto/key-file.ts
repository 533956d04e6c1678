import { stat } from 'node:fs/promises';
import { type KeySet, readKeySet, signingKeyOf } from '@ticketaka/platform/keys';
import type { Logger } from '@ticketaka/platform/log';
import type { Metrics } from '@ticketaka/platform/metrics';

/** How often the file is looked at, at most, in milliseconds. */
const lookAgainMs = 1000;

/** The private key set as it is in its file now, so that a rotation needs no restart. */
export interface KeyFile {
  current(): Promise<KeySet>;
}

export interface KeyFileOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Opens a key file. It is looked at when keys are asked for, at most once a second. A file that turns bad or goes away
 * is told to the log, and the last good keys go on.
 * @throws KeySetError when the first read fails
 */
export async function openKeyFile(path: string, { log, metrics }: KeyFileOptions): Promise<KeyFile> {
  let version = await versionOf(path);
  let keys = await readKeySet(path);
  let lookedAt = Date.now();
  let looking: Promise<void> | undefined;

  async function look() {
    try {
      const found = await versionOf(path);
      if (found === version) return;
      // Remembered before it is read: a bad file is told once, not at every look.
      version = found;
      keys = await readKeySet(path);
      log.info({ keys: keys.keys.map(({ kid, state }) => ({ kid, state })) }, 'signing keys loaded');
    } catch (error) {
      log.error({ err: error }, 'signing keys cannot be loaded, going on with the last ones');
    } finally {
      lookedAt = Date.now();
      looking = undefined;
    }
  }

  async function current() {
    if (Date.now() - lookedAt >= lookAgainMs) await (looking ??= look());
    return keys;
  }

  metrics.observableGauge('signing_key_age_seconds', 'Since the key that signs was made', () => {
    // For the next time: a replica that nobody asks for keys shall not show the one before for ever.
    void current();
    return (Date.now() - Date.parse(signingKeyOf(keys).createdAt)) / 1000;
  });

  return { current };
}

/** A rename gives another inode, a mounted Secret another link target: `stat` sees both. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
