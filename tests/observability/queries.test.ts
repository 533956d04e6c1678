/** @needs promtool */

import { expect, it } from '@jest/globals';
import { queriesIn } from '@ticketaka/charts/observability/queries';
import { render } from '@ticketaka/charts/render';
import { fixtureJwks } from '@ticketaka/charts/test/fixtures';
import { checkRules } from './promtool.ts';

it('are taken by Prometheus itself, which knows the types of functions too', async () => {
  const { objects } = render({ environment: 'prod', jwks: fixtureJwks });
  const expressions = new Set(queriesIn(objects).map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));
  const rules = [...expressions].map((expr, index) => ({ record: `query:${index}`, expr }));
  expect(rules.length).toBeGreaterThan(200);
  expect(await checkRules([{ name: 'queries', rules }])).toContain(`SUCCESS: ${rules.length} rules found`);
});
