import { describe, expect, it } from '@jest/globals';
import { access, defineApi } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { doorsOf } from '../doors.ts';
import { render } from '../render.ts';
import { services } from '../services.ts';
import { fixtureJwks } from '../test/fixtures.ts';
import { topologyOf } from '../topology/topology.ts';
import { analyze } from './analyze.ts';
import { lineOf } from './finding.ts';
import {
  broken,
  edits,
  istioFaults,
  kubernetesFaults,
  policyFaults,
  referenceFaults,
  securityFaults,
} from './test/faults/index.ts';
import { soundCluster } from './test/sound-cluster.ts';
import { validate } from './validate.ts';

const api = defineApi({
  service: 'shop',
  base: '/api/shop',
  title: 'Shop',
  routes: {
    show: {
      method: 'GET',
      path: '/{id}',
      access: access.public(),
      summary: 'fixture',
      params: z.object({ id: z.string() }),
      responses: { 200: z.string() },
    },
  },
});
const routes = [{ route: api.routes.show, doors: [{ namespace: 'shop', labels: { app: 'shop-api' } }] }];

/** Each is named after what somebody got wrong. */
const faults = { ...kubernetesFaults, ...referenceFaults, ...istioFaults, ...securityFaults, ...policyFaults };

describe('the validation of a cluster', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(validate(soundCluster(), routes).map(lineOf)).toEqual([]);
    expect(analyze(soundCluster(), [{ namespace: 'shop', labels: { app: 'shop-api' } }])).toEqual([]);
  });

  it('is tried with more than forty faults', () => {
    expect(Object.keys(faults).length).toBeGreaterThan(40);
  });

  it.each(Object.entries(faults))('names %s', (name, fault) => {
    const objects = edits[name] ? edits[name](soundCluster()) : broken(soundCluster(), fault);
    const named = validate(objects, routes).map(({ code, object }) => `${code} ${object}`);
    expect(named).toContain(`${fault.code} ${fault.object}`);
  });
});

const environments = ['dev', 'staging', 'prod'] as const;

describe.each(environments)('the manifests of %s', (environment) => {
  const { objects } = render({ environment, jwks: fixtureJwks });
  const doors = doorsOf(topologyOf(services));

  it('have no fault', () => {
    expect(validate(objects, doors).map(lineOf)).toEqual([]);
  });

  /** Kinds of which each object is wanted by another, or by a rule. */
  const wanted = [
    'AnalysisTemplate',
    'AuthorizationPolicy',
    'Certificate',
    'DestinationRule',
    'ExternalSecret',
    'PodDisruptionBudget',
    'ServiceAccount',
  ];

  it.each(wanted)('miss any %s that is taken away', (kind) => {
    const ofThisKind = objects.filter((object) => object.kind === kind);
    const unnoticed = ofThisKind.filter((gone) => {
      const rest = objects.filter((object) => object !== gone);
      return validate(rest, doors).length === 0;
    });
    expect(ofThisKind.length).toBeGreaterThan(0);
    expect(unnoticed.map(({ metadata }) => metadata.name)).toEqual([]);
  });
});
