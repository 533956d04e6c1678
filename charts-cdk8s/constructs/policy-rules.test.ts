import { expect, it } from '@jest/globals';
import { rulesOf } from './policy-rules.ts';

const operation = (path: string) => ({ methods: ['GET'], paths: [path] });

it('puts the operations of the same people into one rule, and keeps others apart', () => {
  const everyone = {};
  const signedIn = { requestPrincipals: ['*'] };
  expect(
    rulesOf([
      { source: everyone, operation: operation('/a') },
      { source: signedIn, operation: operation('/b') },
      { source: everyone, operation: operation('/c') },
      { source: signedIn, roles: ['staff'], operation: operation('/d') },
    ]),
  ).toEqual([
    { to: [{ operation: operation('/a') }, { operation: operation('/c') }] },
    { from: [{ source: signedIn }], to: [{ operation: operation('/b') }] },
    {
      from: [{ source: signedIn }],
      to: [{ operation: operation('/d') }],
      when: [{ key: 'request.auth.claims[roles]', values: ['staff'] }],
    },
  ]);
});
