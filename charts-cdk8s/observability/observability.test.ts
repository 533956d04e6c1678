import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { environments } from '../environments/index.ts';
import { render } from '../render.ts';
import { services } from '../services.ts';
import { fixtureJwks } from '../test/fixtures.ts';
import { topologyOf } from '../topology/topology.ts';
import { dashboardLabel } from './names.ts';
import { objectiveOf } from './objectives.ts';
import { syntaxError } from './promql-syntax.ts';
import { queriesIn } from './queries.ts';
import { rulesOfPlatform, rulesOfService } from './rules/index.ts';
import { isAlert } from './rules/rule.ts';
import { notificationSecret } from './settings.ts';

const { objects } = render({ environment: 'prod', jwks: fixtureJwks });
const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);

const Matches = z.array(z.looseObject({ name: z.string(), value: z.string() }));
const Inhibition = z.looseObject({ sourceMatch: Matches, targetMatch: Matches });

/** `(Error|Latency)Budget|Other`: the names that the pattern is for. */
function namesOf(pattern: string): string[] {
  const [, before = '', choices, after = ''] = /^([^()]*)\(([^()]*)\)(.*)$/.exec(pattern) ?? [];
  if (choices === undefined) return pattern.split('|');
  const begin = before.slice(0, before.lastIndexOf('|') + 1);
  const start = before.slice(begin.length);
  const end = after.indexOf('|', after.lastIndexOf(')') + 1);
  const [rest, others] = end === -1 ? [after, ''] : [after.slice(0, end), after.slice(end + 1)];
  const expanded = choices.split('|').flatMap((choice) => namesOf(start + choice + rest));
  return [...begin.split('|'), ...expanded, ...others.split('|')].filter((name) => name !== '');
}

describe('what watches a cluster', () => {
  it('is nowhere but in clusters', () => {
    const { objects: local } = render({ environment: 'local', jwks: fixtureJwks });
    const kinds = ['PrometheusRule', 'PodMonitor', 'ServiceMonitor', 'AlertmanagerConfig', 'Telemetry', 'Kiali'];
    expect(local.filter(({ kind }) => kinds.includes(kind))).toEqual([]);
    expect(local.flatMap(({ data }) => Object.keys(data ?? {})).filter((file) => file.endsWith('.json'))).not.toContain(
      'ticketaka-mesh.json',
    );
    for (const kind of kinds) expect(ofKind(kind)).not.toEqual([]);
  });

  it('is there in every cluster', () => {
    for (const environment of Object.values(environments).filter((place) => 'cluster' in place)) {
      const rendered = render({ environment, jwks: fixtureJwks });
      expect(queriesIn(rendered.objects).length).toBeGreaterThan(300);
    }
  });

  it('asks in PromQL only', () => {
    const wrong = queriesIn(objects).flatMap(({ where, expr }) => {
      const error = syntaxError(expr);
      return error === undefined ? [] : [`${where}: ${expr} is no PromQL from ${error}`];
    });
    expect(wrong).toEqual([]);
  });

  it('shows every service, and what they share, where Grafana finds it', () => {
    const dashboards = ofKind('ConfigMap').filter(({ metadata }) => metadata.name.startsWith('dashboard-'));
    const names = [...services.map(({ name }) => name), 'mesh', 'on-sale', 'queues'].toSorted();
    expect(dashboards.map(({ metadata }) => metadata.name)).toEqual(names.map((name) => `dashboard-${name}`));
    for (const { metadata, data } of dashboards) {
      expect(metadata).toMatchObject({ labels: dashboardLabel });
      // A ConfigMap holds a MiB at most, and server-side apply has no annotation that would hold it again.
      expect(JSON.stringify(data).length).toBeLessThan(500_000);
    }
  });

  it('gives each panel an id of its own, and each of its queries', () => {
    const Panels = z.looseObject({
      uid: z.string(),
      panels: z.array(
        z.looseObject({ id: z.int(), targets: z.array(z.looseObject({ refId: z.string() })).optional() }),
      ),
    });
    const files = ofKind('ConfigMap').filter(({ metadata }) => metadata.name.startsWith('dashboard-'));
    for (const json of files.flatMap(({ data }) => Object.values(data ?? {}))) {
      const { panels } = Panels.parse(JSON.parse(json));
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      for (const { targets = [] } of panels)
        expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
  });

  it('names its namespace in every alert, since else nobody hears of it', () => {
    const Rules = z.looseObject({
      groups: z.array(
        z.looseObject({
          rules: z.array(
            z.looseObject({ alert: z.string().optional(), labels: z.record(z.string(), z.string()).optional() }),
          ),
        }),
      ),
    });
    const alerts = ofKind('PrometheusRule').flatMap(({ spec }) =>
      Rules.parse(spec).groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined)),
    );
    expect(alerts.length).toBeGreaterThan(50);
    for (const { labels } of alerts) {
      expect(labels).toMatchObject({ namespace: 'ticketaka', severity: expect.stringMatching(/^(critical|warning)$/) });
    }
  });

  it('promises nothing of the time of routes that there are', () => {
    const { workloads } = topologyOf(services);
    const left = workloads.flatMap((workload) =>
      (objectiveOf(workload).waiting ?? []).map((route) => ({ route, of: workload.routes.map(({ name }) => name) })),
    );
    expect(left).not.toEqual([]);
    for (const { route, of } of left) expect(of).toContain(route);
  });

  it('sends with what the secret store has, and has no secret in itself', () => {
    const config = JSON.stringify(ofKind('AlertmanagerConfig'));
    expect(config).toContain(`{"key":"${notificationSecret.slackUrl}","name":"${notificationSecret.name}"}`);
    expect(config).not.toContain('hooks.slack.com');
    const filled = ofKind('ExternalSecret').find(({ metadata }) => metadata.name === notificationSecret.name);
    expect(JSON.stringify(filled?.spec)).toContain(notificationSecret.smtpPassword);
  });

  it('keeps back alerts that there are, by labels that they have', () => {
    const alerts = [
      ...services.flatMap((service) => rulesOfService(topologyOf(services), service, environments.prod)),
      ...rulesOfPlatform(topologyOf(services)),
    ].flatMap(({ rules }) => rules.filter(isAlert));
    const Config = z.looseObject({ inhibitRules: z.array(Inhibition).optional() });
    const inhibitions = ofKind('AlertmanagerConfig').flatMap(({ spec }) => Config.parse(spec).inhibitRules ?? []);
    expect(inhibitions.length).toBeGreaterThan(3);
    for (const { sourceMatch, targetMatch } of inhibitions)
      for (const { name, value } of [...sourceMatch, ...targetMatch])
        for (const one of name === 'alertname' ? namesOf(value) : [])
          expect([one, alerts.some(({ alert }) => alert === one)]).toEqual([one, true]);
  });

  it('alerts of what is worse than all before: of nodes that are all lost, of more than was ever done', () => {
    const alerts = [
      ...services.flatMap((service) => rulesOfService(topologyOf(services), service, environments.prod)),
      ...rulesOfPlatform(topologyOf(services)),
    ].flatMap(({ rules }) => rules.filter(isAlert));
    // Where there is no series, a comparison has no result, and nobody is told.
    const compared = alerts.filter(({ expr }) => /^\(?count\(.*<|^sum by .* > .*sum by /.test(expr));
    expect(compared.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(['BrokerNodeLost', 'EmailsDeferred', 'RefundsDeferred']),
    );
    const silent = compared.filter(({ expr }) => !/ or (vector\(0\)|.* \* 0)\)|\/ sum/.test(expr));
    expect(silent.map(({ alert }) => alert)).toEqual([]);
  });

  it('asks the sidecar agent, which answers beside mutual TLS, for each pod once', () => {
    const workloads = ofKind('PodMonitor').find(({ metadata }) => metadata.name === 'workloads');
    const text = JSON.stringify(workloads?.spec);
    expect(text).toContain('"path":"/stats/prometheus"');
    expect(text).toContain('$1:15020');
    // What the analysis of canaries tells the revisions apart by.
    expect(text).toContain('"podTargetLabels":["app","rollouts-pod-template-hash"]');
  });
});
