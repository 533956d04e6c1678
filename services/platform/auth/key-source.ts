import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Logger } from '../log/index.ts';

/** Finds the public key for a token's header. */
export type KeySource = JWTVerifyGetKey;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) });

/** Looking at the file for an unknown key id more often than this would let bad tokens cost us reads. */
const lookAgainMs = 1000;

/**
 * Public keys from a JWKS file, as a mounted ConfigMap gives it. The file is looked at again when a token names a key
 * that is not known, so that a rotation needs no restart.
 */
export function fileKeys(path: string, log: Logger): KeySource {
  let current: JWTVerifyGetKey | undefined;
  let version = -1;
  let lookedAt = 0;

  async function refresh() {
    lookedAt = Date.now();
    const { mtimeMs } = await stat(path);
    if (mtimeMs === version) return;
    const parsed = keySet.parse(JSON.parse(await readFile(path, 'utf8')));
    // The schema asks for what JSONWebKeySet needs; jose checks each key when it is used.
    current = createLocalJWKSet(parsed as JSONWebKeySet);
    version = mtimeMs;
    log.info({ kids: parsed.keys.map((key) => key.kid) }, 'public keys loaded');
  }

  return async (header, token) => {
    if (!current) await refresh();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || Date.now() - lookedAt < lookAgainMs) throw error;
      await refresh();
      return find(header, token);
    }
  };

  async function find(...[header, token]: Parameters<JWTVerifyGetKey>) {
    if (!current) throw new errors.JWKSNoMatchingKey();
    return current(header, token);
  }
}
