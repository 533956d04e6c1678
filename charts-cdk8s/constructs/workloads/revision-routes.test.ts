import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../../checks/typed-objects.ts';
import { render } from '../../render.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureJwks, fixtures } from '../../test/fixtures.ts';

describe('the routes to the revisions of a workload', () => {
  const { objects } = render({ environment: fixtureCluster, jwks: fixtureJwks, services: fixtures });
  const all = ofKind(objects, 'VirtualService');
  const revisions = all.find(({ metadata }) => metadata.name === 'shows-catalogue-revisions');

  it('hold weights and nothing else, so that what else a route says is never overwritten', () => {
    const host = 'shows-catalogue.ticketaka.svc.cluster.local';
    const to = (subset: string, weight: number) => ({ destination: { host, port: { number: 80 }, subset }, weight });
    expect(revisions?.spec).toEqual({
      exportTo: ['.'],
      http: [{ name: 'revisions', route: [to('stable', 100), to('canary', 0)] }],
    });
  });

  it('are where every other route leads, from the mesh and from the gateway', () => {
    const others = all.filter(({ spec }) => spec?.hosts !== undefined).flatMap(({ spec }) => spec?.http ?? []);
    const leading = others.filter(({ directResponse }) => directResponse === undefined);
    expect(leading.length).toBeGreaterThan(0);
    for (const { delegate, route } of leading) {
      expect(route).toBeUndefined();
      expect(delegate?.name).toMatch(/-revisions$/);
    }
  });

  it('leave it to the routes that lead there how long to wait, and what to try again', () => {
    for (const { spec } of all.filter(({ spec: { hosts } = {} }) => hosts !== undefined)) {
      for (const { delegate, retries, timeout } of spec?.http ?? []) {
        if (!delegate) continue;
        expect(timeout).toBeDefined();
        expect(retries?.attempts).toBeDefined();
      }
    }
  });

  it('have subsets that select the workload, to which the controller adds the hash of a revision', () => {
    const rule = ofKind(objects, 'DestinationRule').find(({ metadata }) => metadata.name === 'shows-catalogue');
    expect(rule?.spec?.subsets).toEqual([
      { name: 'stable', labels: { app: 'shows-catalogue' } },
      { name: 'canary', labels: { app: 'shows-catalogue' } },
    ]);
  });
});
