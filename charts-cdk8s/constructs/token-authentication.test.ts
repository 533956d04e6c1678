import { describe, expect, it } from '@jest/globals';
import { fixtureJwks } from '../test/fixtures.ts';
import { synthOne } from '../test/synth.ts';
import { TokenAuthentication } from './token-authentication.ts';

const props = { namespace: 'shop', issuer: 'us', jwks: fixtureJwks };

describe('the check of tokens', () => {
  const { spec } = synthOne((scope) => new TokenAuthentication(scope, 'tokens', props));

  it('takes tokens of our issuer, by keys that are written out', () => {
    expect(spec).toMatchObject({
      jwtRules: [{ issuer: 'us', jwks: JSON.stringify(fixtureJwks), forwardOriginalToken: true }],
    });
    expect(JSON.stringify(spec)).not.toContain('jwksUri');
  });

  it('reads the Authorization header and nothing else, so not ?access_token=', () => {
    expect(spec).toMatchObject({ jwtRules: [{ fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }] }] });
    expect(JSON.stringify(spec)).not.toMatch(/fromParams|fromCookies/);
  });

  it('is for every pod of the namespace, or for those that it selects', () => {
    expect(spec).not.toHaveProperty('selector');
    const selected = synthOne(
      (scope) => new TokenAuthentication(scope, 'tokens', { ...props, selector: { istio: 'ingressgateway' } }),
    );
    expect(selected.spec).toMatchObject({ selector: { matchLabels: { istio: 'ingressgateway' } } });
  });
});
