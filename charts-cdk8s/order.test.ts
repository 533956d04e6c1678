import { expect, it } from '@jest/globals';
import { fileNameOf } from './order.ts';

it('names the file of a kind by its place in the order of application', () => {
  expect(fileNameOf({ kind: 'Namespace' })).toBe('00-namespace.yaml');
  expect(fileNameOf({ kind: 'VirtualService' })).toBe('50-virtual-service.yaml');
});

it('refuses a kind without a place', () => {
  expect(() => fileNameOf({ kind: 'Pod' })).toThrow('Pod has no place');
});
