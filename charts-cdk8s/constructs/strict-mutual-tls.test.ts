import { expect, it } from '@jest/globals';
import { synthOne } from '../test/synth.ts';
import { StrictMutualTls } from './strict-mutual-tls.ts';

it('holds for every pod and port of the namespace', () => {
  const object = synthOne((scope) => new StrictMutualTls(scope, 'tls', { namespace: 'shop' }));
  expect(object.metadata).toMatchObject({ namespace: 'shop' });
  expect(object.spec).toEqual({ mtls: { mode: 'STRICT' } });
});
