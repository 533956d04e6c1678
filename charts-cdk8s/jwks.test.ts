import { describe, expect, it } from '@jest/globals';
import { parseJwks } from './jwks.ts';
import { fixtureJwks } from './test/fixtures.ts';

const [key] = fixtureJwks.keys;

describe('a key set to render', () => {
  it('holds public RSA keys, or none', () => {
    expect(parseJwks(fixtureJwks, 'keys')).toEqual(fixtureJwks);
    expect(parseJwks({ keys: [] }, 'keys')).toEqual({ keys: [] });
  });

  it.each([
    ['a private key', { ...key, d: 'secret-number' }],
    ['a symmetric key', { kty: 'oct', kid: 'a', k: 'secret-number' }],
    ['a short key', { ...key, n: 'x'.repeat(100) }],
    ['a key without an id', { ...key, kid: undefined }],
    ['a key for another algorithm', { ...key, alg: 'HS256' }],
  ])('does not hold %s, and the refusal does not show it', (_, wrong) => {
    expect(() => parseJwks({ keys: [wrong] }, 'jwks.json')).toThrow(/^jwks\.json is not a set of public RSA keys/);
    expect(() => parseJwks({ keys: [wrong] }, 'jwks.json')).not.toThrow(/secret-number/);
  });

  it('does not hold two keys of one id', () => {
    expect(() => parseJwks({ keys: [key, key] }, 'jwks.json')).toThrow('two keys have one kid');
  });
});
