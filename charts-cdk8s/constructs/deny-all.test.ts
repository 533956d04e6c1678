import { expect, it } from '@jest/globals';
import { allows } from '../test/authorize.ts';
import { synth } from '../test/synth.ts';
import { DenyAll } from './deny-all.ts';

it('lets nothing reach any pod of its namespace', () => {
  const objects = synth((scope) => new DenyAll(scope, 'deny', { namespace: 'shop' }));
  expect(objects[0]?.spec).toEqual({});
  const request = { method: 'GET', path: '/', claims: { roles: ['admin'] }, principal: 'anyone' };
  expect(allows(objects, { namespace: 'shop', labels: {} }, request)).toBe(false);
  expect(allows(objects, { namespace: 'elsewhere', labels: {} }, request)).toBe(true);
});
