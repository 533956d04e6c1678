export { fileKeys, type KeySource } from './key-source.ts';
export type { Principal } from './principal.ts';
export { createTokenVerifier, InvalidToken, type TokenVerifier } from './token-verifier.ts';
