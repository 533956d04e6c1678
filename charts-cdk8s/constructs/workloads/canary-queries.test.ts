import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { services } from '../../services.ts';
import { topologyOf } from '../../topology/topology.ts';
import { judgementsOf } from './canary-judgements.ts';

/** One series for each part of the requests of a revision: requests a minute, for ten minutes. */
interface Traffic {
  readonly revision: 'new' | 'old';
  readonly route: string;
  readonly status: number;
  readonly each: number;
  readonly seconds?: number;
}

const node = topologyOf(services).workloads.find(({ name }) => name === 'reservation-api');
if (!node) throw new Error('there is no reservation-api');
const judgements = judgementsOf(node);

const holds = { route: '/api/reservations/holds' };
const fine: Traffic = { revision: 'old', ...holds, status: 201, each: 60 };

function seriesOf({ revision, route, status, each, seconds = 0.05 }: Traffic) {
  const pod = `app="reservation-api",rollouts_pod_template_hash="${revision}"`;
  const own = `${pod},service="reservation",workload="api",method="POST",route="${route}",status="${status}"`;
  const values = `0+${each}x10`;
  return [
    { series: `istio_requests_total{${pod},reporter="destination",response_code="${status}"}`, values },
    { series: `ticketaka_http_server_request_duration_seconds_count{${own}}`, values },
    ...[0.1, 1, 300, '+Inf'].map((le) => ({
      series: `ticketaka_http_server_request_duration_seconds_bucket{${own},le="${le}"}`,
      values: le === '+Inf' || seconds <= Number(le) ? values : '0x10',
    })),
  ];
}

/** Has Prometheus itself work out one figure of the revision `new`. Undefined is no result. */
async function figure(name: string, traffic: readonly Traffic[], expected: number | undefined): Promise<void> {
  const query = judgements.find((judgement) => judgement.name === name)?.query ?? '';
  const expr = query.replaceAll('{{args.workload}}', 'reservation-api').replaceAll('{{args.hash}}', 'new');
  const test = {
    interval: '1m',
    input_series: traffic.flatMap(seriesOf),
    promql_expr_test: [
      {
        // Prometheus compares exactly, and these are shares.
        expr: `round(${expr}, 0.001)`,
        eval_time: '10m',
        exp_samples: expected === undefined ? [] : [{ labels: '{}', value: expected }],
      },
    ],
  };
  const folder = await mkdtemp(join(tmpdir(), 'canary-queries-'));
  try {
    const file = join(folder, 'test.yaml');
    // JSON is YAML, too.
    await writeFile(file, JSON.stringify({ rule_files: [], tests: [test] }));
    await promisify(execFile)('promtool', ['test', 'rules', file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it.each<[string, string, readonly Traffic[], number | undefined]>([
  ['is all of them', 'success-rate', [fine, { ...fine, revision: 'new' }], 1],
  ['is none when each fails, and not unknown', 'success-rate', [fine, { ...fine, revision: 'new', status: 500 }], 0],
  ['is unknown without requests', 'success-rate', [fine], undefined],
  [
    'is that of the new one',
    'p99-milliseconds',
    [
      { ...fine, revision: 'new' },
      { ...fine, seconds: 100 },
    ],
    99,
  ],
  [
    'leaves out payments, which wait for somebody else',
    'p99-milliseconds',
    [
      { ...fine, revision: 'new' },
      { ...fine, revision: 'new', route: '/api/reservations', seconds: 10 },
    ],
    99,
  ],
  ['is nought for two that are fine', 'business-failures', [fine, { ...fine, revision: 'new' }], 0],
  [
    'is known when only the new one turns somebody down',
    'business-failures',
    [fine, { ...fine, revision: 'new', each: 30 }, { ...fine, revision: 'new', each: 30, status: 409 }],
    0.5,
  ],
  [
    'is what the new one turns down more: taken seats are taken for both',
    'business-failures',
    [
      fine,
      { ...fine, status: 409 },
      { ...fine, revision: 'new', each: 6 },
      { ...fine, revision: 'new', each: 6, status: 409 },
    ],
    0,
  ],
  ['is unknown while nobody buys from the new one', 'business-failures', [fine], undefined],
])('%s: %s', async (_, name, traffic, expected) => {
  expect(judgements.map((judgement) => judgement.name)).toContain(name);
  await figure(name, traffic, expected);
});
