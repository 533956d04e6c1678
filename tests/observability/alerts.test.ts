/** @needs promtool */

import { describe, expect, it } from '@jest/globals';
import { environments } from '@ticketaka/charts/environments/index';
import { rulesOfPlatform, rulesOfService } from '@ticketaka/charts/observability/rules/index';
import { isAlert } from '@ticketaka/charts/observability/rules/rule';
import { services } from '@ticketaka/charts/services';
import { topologyOf } from '@ticketaka/charts/topology/topology';
import { cases } from './alert-cases.ts';
import { withFault } from './healthy.ts';
import { checkRules, type RuleTest, testRules } from './promtool.ts';

const topology = topologyOf(services);
const groups = [
  ...topology.services.flatMap((service) => rulesOfService(topology, service, environments.prod)),
  ...rulesOfPlatform(topology),
];
const alerts = groups.flatMap(({ rules }) => rules).filter(isAlert);

/** What fires at that time, by promtool's own record of it. */
function firing(name: string, { series, at, fires }: Omit<(typeof cases)[number], 'name'>): RuleTest {
  return {
    name,
    interval: '1m',
    input_series: withFault(topology, { series, at }),
    promql_expr_test: [
      {
        expr: 'count by (alertname, severity) (ALERTS{alertstate="firing"}) > bool 0',
        eval_time: at,
        exp_samples: fires.map((fired) => {
          const [alertname, severity] = fired.split(' ');
          return { labels: `{alertname="${alertname}", severity="${severity}"}`, value: 1 };
        }),
      },
    ],
  };
}

describe('the rules', () => {
  it('are taken by Prometheus', async () => {
    const rules = groups.flatMap((group) => group.rules);
    expect(await checkRules(groups)).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it('say nothing of a healthy platform', async () => {
    await testRules(groups, [firing('a healthy platform', { series: [], at: '2h', fires: [] })]);
  }, 120_000);

  it.each(cases)(
    'of a platform that $name',
    async ({ name, ...fault }) => {
      await testRules(groups, [firing(name, fault)]);
    },
    120_000,
  );

  it('have a case for every alert in each severity', () => {
    const shown = new Set(cases.flatMap(({ fires }) => fires));
    const all = new Set(alerts.map(({ alert, labels }) => `${alert} ${labels['severity']}`));
    expect([...shown].toSorted()).toEqual([...all].toSorted());
  });

  it('tell what has happened where, and what to do', async () => {
    const series = [
      {
        series: 'rabbitmq_detailed_queue_messages_ready{vhost="ticketaka",queue="email.auth.dead",pod="rabbitmq-0"}',
        values: '3x30',
      },
    ];
    await testRules(groups, [
      {
        name: 'dead letters',
        interval: '1m',
        input_series: withFault(topology, { series, at: '20m' }),
        alert_rule_test: [
          {
            eval_time: '20m',
            alertname: 'DeadLetters',
            exp_alerts: [
              {
                exp_labels: { queue: 'email.auth.dead', severity: 'warning', namespace: 'ticketaka' },
                exp_annotations: {
                  summary: '3 messages lie in email.auth.dead',
                  description: 'They could not be handled and nobody will try again by itself. Nothing is lost.',
                  runbook_url:
                    'https://github.com/ticketaka/ticketaka/blob/main/docs/operations/alerts/dead-letters.md',
                  dashboard: 'ticketaka-queues',
                },
              },
            ],
          },
        ],
      },
    ]);
  });

  it('are found wrong when they are', async () => {
    const wrong = alerts.map((rule) => ({ ...rule, expr: `${rule.expr} )` }));
    await expect(checkRules([{ name: 'wrong', rules: wrong }])).rejects.toThrow('parse error');
  });
});
