import { expect, it } from '@jest/globals';
import { fixtureJwks } from '../test/fixtures.ts';
import { synthOne } from '../test/synth.ts';
import { PublicKeys } from './public-keys.ts';

it('holds the key set as a file', () => {
  const { data } = synthOne((scope) => new PublicKeys(scope, 'keys', { jwks: fixtureJwks }));
  expect(JSON.parse(data?.['jwks.json'] ?? '')).toEqual(fixtureJwks);
});
