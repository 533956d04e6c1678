import { beforeAll, describe, expect, it } from '@jest/globals';
import { metricsIn } from '@ticketaka/charts/observability/promql-syntax';
import { queriesIn, recordedIn } from '@ticketaka/charts/observability/queries';
import { render } from '@ticketaka/charts/render';
import { fixtureJwks } from '@ticketaka/charts/test/fixtures';
import { externalMetrics } from './external-metrics.ts';
import { metricsOfWorkloads } from './running-workloads.ts';

const { objects } = render({ environment: 'prod', jwks: fixtureJwks });
const asked = queriesIn(objects).flatMap(({ where, expr }) => metricsIn(expr).map((name) => ({ where, name })));
const external = new Set(externalMetrics.flatMap(({ names }) => names));
let answers: ReadonlyMap<string, string>;
let exported: ReadonlySet<string>;

beforeAll(async () => {
  answers = await metricsOfWorkloads();
  exported = new Set([...answers.values()].flatMap(namesIn));
}, 300_000);

/** Names of the series that a text of metrics stands for. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
}

describe('every metric that dashboards, alerts and analyses ask for', () => {
  it('is exported by a service, recorded by a rule, or known of somebody else', () => {
    const known = new Set([...exported, ...recordedIn(objects), ...external]);
    const unknown = asked.filter(({ name }) => !known.has(name)).map(({ where, name }) => `${where} asks for ${name}`);
    expect(unknown).toEqual([]);
  });

  it('of ours is exported by the service that it is asked of', () => {
    const wrong = queriesIn(objects).flatMap(({ where, expr }) => {
      const services = [...expr.matchAll(/(ticketaka_\w+)\{[^}]*service="(\w+)"(?:,workload="(\w+)")?/g)];
      return services.flatMap(([, metric = '', service = '', workload]) => {
        const texts = [...answers].filter(([name]) =>
          workload ? name === `${service}-${workload}` : name.startsWith(`${service}-`),
        );
        return texts.some(([, text]) => namesIn(text).includes(metric))
          ? []
          : [`${where}: ${service} has no ${metric}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('of others is asked for at all', () => {
    const names = new Set(asked.map(({ name }) => name));
    expect([...external].filter((name) => !names.has(name))).toEqual([]);
  });
});

it('shows each metric of ours somewhere, so that none is kept for nobody', () => {
  const names = new Set(asked.map(({ name }) => name));
  const shown = (name: string) => ['', '_bucket', '_count', '_sum'].some((part) => names.has(name + part));
  const ours = new Set(
    [...answers.values()].flatMap((text) =>
      [...text.matchAll(/^# TYPE (ticketaka_\S+)/gm)].flatMap(([, name]) => name ?? []),
    ),
  );
  expect([...ours].filter((name) => !shown(name))).toEqual([]);
});
