import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { type KeyMaterial, keySetSchema } from './key-set.ts';

const privateJwk = keySetSchema.shape.keys.element.shape.privateJwk;

/** A new RS256 key of 2048 bits. Its kid is the RFC 7638 thumbprint, so one key has one name everywhere. */
export async function generateKey(): Promise<KeyMaterial> {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = privateJwk.parse(await exportJWK(pair.privateKey));
  return { kid: await calculateJwkThumbprint(jwk), privateJwk: jwk };
}
