export { readKeySet, writeJwks, writeKeySet } from './file.ts';
export { generateKey } from './generate-key.ts';
export {
  accessTokenSeconds,
  clockSkewSeconds,
  createKeySet,
  type KeyMaterial,
  type KeySet,
  KeySetError,
  keySetSchema,
  type PrivateJwk,
  type PromoteOptions,
  type PublicJwk,
  promoteNext,
  propagationSeconds,
  prune,
  publicJwks,
  publishNext,
  type SigningKey,
  signingKeyOf,
} from './key-set.ts';
