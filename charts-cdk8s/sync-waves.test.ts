import { describe, expect, it } from '@jest/globals';
import { environments } from './environments/index.ts';
import { render } from './render.ts';
import { fixtureJwks } from './test/fixtures.ts';

describe('the waves of a release', () => {
  const { objects } = render({ environment: environments.prod, jwks: fixtureJwks });
  const waveOf = (kind: string, name?: string) => {
    const found = objects.filter(
      (object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
    );
    const waves = new Set(
      found.map(({ metadata }) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0)),
    );
    if (waves.size !== 1) throw new Error(`${kind} is in ${waves.size} waves`);
    return [...waves][0] ?? 0;
  };

  it.each([
    ['the schema', 'Job', 'the pods that use it', 'Rollout'],
    ['the schema', 'Job', 'workers too', 'Deployment'],
    ['secrets', 'ExternalSecret', 'the migration, which needs one', 'Job'],
    ['the way to the database', 'ServiceEntry', 'the migration, which takes it', 'Job'],
    ['the broker', 'RabbitmqCluster', 'who connects to it', 'Deployment'],
    ['definitions', 'ExternalSecret', 'the broker, which reads them', 'RabbitmqCluster'],
    ['walls', 'NetworkPolicy', 'what is behind them', 'Job'],
    ['policies', 'AuthorizationPolicy', 'what they rule', 'Rollout'],
    ['routes', 'VirtualService', 'the rollout that steers them', 'Rollout'],
    ['subsets', 'DestinationRule', 'the rollout that steers them', 'Rollout'],
    ['analyses', 'AnalysisTemplate', 'the rollout that runs them', 'Rollout'],
  ])('bring %s (%s) before %s (%s)', (_, first, __, second) => {
    expect(waveOf(first)).toBeLessThan(waveOf(second));
  });

  it('are none on one machine, where nobody would read them', () => {
    const local = render({ environment: 'local', jwks: fixtureJwks }).objects;
    expect(local.filter(({ metadata }) => metadata.annotations !== undefined)).toEqual([]);
  });
});
