import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Logger } from '../log/index.ts';

/** Finds the public key for a token's header. */
export interface KeySource {
  (...of: Parameters<JWTVerifyGetKey>): ReturnType<JWTVerifyGetKey>;
  /** Grows when the keys change: what was verified by older ones is to be verified again. @default they never do */
  readonly generation?: () => number;
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) });

/** A key that was taken out is believed no longer than this. */
const lookAlwaysMs = 10_000;

/**
 * Public keys from a JWKS file, as a mounted ConfigMap gives it. The file is looked at again from time to time, and when
 * a token names a key that is not known, so that a rotation needs no restart.
 */
export function fileKeys(path: string, log: Logger): KeySource {
  let current: JWTVerifyGetKey | undefined;
  let generation = 0;
  let version = -1;
  let lookedAt = 0;

  async function refresh() {
    lookedAt = Date.now();
    const { mtimeMs } = await stat(path);
    if (mtimeMs === version) return;
    const parsed = keySet.parse(JSON.parse(await readFile(path, 'utf8')));
    current = createLocalJWKSet(parsed);
    version = mtimeMs;
    generation += 1;
    log.info({ kids: parsed.keys.map((key) => key.kid) }, 'public keys loaded');
  }

  /** Not waited for: the request at hand goes by what is known. */
  function refreshInBackground() {
    refresh().catch((error: unknown) => log.error({ err: error }, 'public keys cannot be read, keeping the old ones'));
  }

  async function find(...of: Parameters<JWTVerifyGetKey>) {
    if (!current) await refresh();
    if (!current) throw new errors.JWKSNoMatchingKey();
    try {
      return await current(...of);
    } catch (error) {
      // The file is read only if it changed since, so a stranger's key id costs one look at its date.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      return await current(...of);
    }
  }

  return Object.assign(find, {
    generation() {
      if (current && Date.now() - lookedAt > lookAlwaysMs) refreshInBackground();
      return generation;
    },
  });
}
