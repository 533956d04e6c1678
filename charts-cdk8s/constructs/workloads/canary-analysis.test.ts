import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../../checks/typed-objects.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureWorkload } from '../../test/fixtures.ts';
import { synth } from '../../test/synth.ts';
import { CanaryAnalysis } from './canary-analysis.ts';
import { judgementsOf } from './canary-judgements.ts';

function templatesOf(name: string) {
  const props = { workload: fixtureWorkload(name), environment: fixtureCluster };
  const objects = ofKind(
    synth((scope) => new CanaryAnalysis(scope, 'analysis', props)),
    'AnalysisTemplate',
  );
  return Object.fromEntries(objects.map(({ metadata, spec }) => [metadata.name, spec]));
}

type Result = readonly number[];
type Verdict = 'Successful' | 'Failed' | 'Inconclusive';

/** As Argo Rollouts judges a measurement. Its expressions of these conditions are JavaScript too, with two functions. */
function judge(metric: { successCondition?: string; failureCondition?: string } | undefined, result: Result): Verdict {
  const holds = (condition = 'false') =>
    // oxlint-disable-next-line typescript/no-implied-eval -- the condition is ours, and is to be run as an expression
    new Function('result', 'len', 'isNaN', `return ${condition}`)(
      result,
      (list: Result) => list.length,
      Number.isNaN,
    ) as boolean;
  if (holds(metric?.failureCondition)) return 'Failed';
  if (holds(metric?.successCondition)) return 'Successful';
  return metric?.failureCondition === undefined ? 'Failed' : 'Inconclusive';
}

describe('the analysis of a canary', () => {
  const templates = templatesOf('shows-catalogue');
  const metricOf = (template: string, name: string) =>
    templates[`shows-catalogue-${template}`]?.metrics?.find((metric) => metric.name === name);

  it.each<[string, string, Result, Verdict]>([
    ['verdict', 'success-rate', [1], 'Successful'],
    ['verdict', 'success-rate', [0.98], 'Failed'],
    ['verdict', 'success-rate', [], 'Inconclusive'],
    ['verdict', 'success-rate', [Number.NaN], 'Inconclusive'],
    ['verdict', 'p99-milliseconds', [400], 'Successful'],
    ['verdict', 'p99-milliseconds', [1500], 'Failed'],
    ['verdict', 'p99-milliseconds', [Number.NaN], 'Inconclusive'],
    ['watch', 'success-rate', [1], 'Successful'],
    ['watch', 'success-rate', [0.5], 'Failed'],
    ['watch', 'success-rate', [], 'Successful'],
    ['watch', 'success-rate', [Number.NaN], 'Successful'],
    ['watch', 'p99-milliseconds', [Number.NaN], 'Successful'],
    ['watch', 'p99-milliseconds', [1500], 'Failed'],
  ])('%s: %s of %j is %s', (template, name, result, verdict) => {
    expect(judge(metricOf(template, name), result)).toBe(verdict);
  });

  it('waits for a person when there are no figures, rather than to go on or back', () => {
    for (const metric of templates['shows-catalogue-verdict']?.metrics ?? []) {
      expect(metric).toMatchObject({ inconclusiveLimit: 1, failureLimit: 0 });
      expect(metric).toHaveProperty('count');
    }
  });

  it('watches for as long as the rollout takes, and needs two bad measurements', () => {
    for (const metric of templates['shows-catalogue-watch']?.metrics ?? []) {
      expect(metric).not.toHaveProperty('count');
      expect(metric).toMatchObject({ failureLimit: 1 });
    }
  });

  it("asks only for the figures of the canary's own pods", () => {
    for (const name of ['smoke', 'verdict', 'watch']) {
      for (const { provider } of templates[`shows-catalogue-${name}`]?.metrics ?? []) {
        if (provider?.job) continue;
        const query = provider?.prometheus?.query ?? '';
        const selectors = query.match(/\{[^{}]*(?:\{\{[^{}]*\}\}[^{}]*)*\}/g) ?? [];
        expect(selectors.length).toBeGreaterThan(0);
        for (const selector of selectors) {
          expect(selector).toContain('rollouts_pod_template_hash="{{args.hash}}"');
          expect(selector).toContain('app="{{args.workload}}"');
        }
      }
    }
  });

  it('judges the routes that take money or seats by themselves', () => {
    const ordering = fixtureWorkload('orders-api');
    const routes = ordering.routes.map((route) => ({ ...route, idempotent: route.name === 'place' }));
    const business = judgementsOf({ ...ordering, routes }).find(({ name }) => name === 'business-failures');
    expect(business?.query).toContain('route=~"/api/orders"');
    // At night nobody buys, and a release need not wait for it.
    expect(business?.required).toBe(false);
    expect(judgementsOf(fixtureWorkload('shows-editor')).map(({ name }) => name)).not.toContain('business-failures');
  });

  it.each<[Result, Verdict]>([
    [[60], 'Successful'],
    [[0], 'Failed'],
    [[], 'Failed'],
    [[Number.NaN], 'Failed'],
  ])('the smoke check: the new revision, asked %j times, was reached: %s', (result, verdict) => {
    const reached = metricOf('smoke', 'reached');
    expect(judge(reached, result)).toBe(verdict);
    // Its requests have to be scraped first, so that a few failures are none.
    expect(reached).toMatchObject({ count: 9, consecutiveSuccessLimit: 1, failureLimit: 8 });
  });

  it('asks for public pages, where there are any', () => {
    expect(Object.keys(templates)).toContain('shows-catalogue-smoke');
    expect(Object.keys(templatesOf('shows-editor'))).not.toContain('shows-editor-smoke');
  });
});
