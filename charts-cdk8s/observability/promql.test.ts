import { expect, it } from '@jest/globals';
import { matching, oneOf } from './promql.ts';
import { syntaxError } from './promql-syntax.ts';

it('writes matchers for what is equal, alike, and neither', () => {
  expect(matching({ a: 'x', b: '~5..', c: '!y', d: '!~z|w' })).toBe('{a="x",b=~"5..",c!="y",d!~"z|w"}');
  expect(matching({})).toBe('');
});

it('writes a pattern for texts with signs in them', () => {
  const expr = `queues${matching({ queue: oneOf(['email.auth', 'a|b']), route: `!${oneOf(['/api/{id}'])}` })}`;
  expect(expr).toBe(String.raw`queues{queue=~"email\\.auth|a\\|b",route!~"/api/\\{id\\}"}`);
  expect(syntaxError(expr)).toBeUndefined();
});
