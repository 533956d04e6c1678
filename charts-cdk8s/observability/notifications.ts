import { AlertmanagerConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig';
import { Construct } from 'constructs';
import { manifest } from '../constructs/manifest.ts';
import { namespace } from '../names.ts';
import type { Severity } from './rules/rule.ts';
import { type Monitoring, notificationSecret } from './settings.ts';

export interface NotificationsProps {
  readonly monitoring: Monitoring;
}

const title = '{{ .CommonLabels.alertname }}{{ if .CommonLabels.service }} · {{ .CommonLabels.service }}{{ end }}';

/** Fits Slack and e-mail alike: what, what it means, what to do. */
const text = [
  '{{ range .Alerts }}{{ .Status | toUpper }}: {{ .Annotations.summary }}',
  '{{ .Annotations.description }}',
  'Runbook: {{ .Annotations.runbook_url }}',
  'Dashboard: GRAFANA/d/{{ .Annotations.dashboard }}',
  '{{ end }}',
].join('\n');

/**
 * Who hears of an alert: those on call of a critical one, by Slack and by e-mail; everybody of the others, by Slack.
 * v1alpha1 is the version that the operator stores; v1beta1 needs its conversion webhook.
 */
export class Notifications extends Construct {
  constructor(scope: Construct, id: string, { monitoring }: NotificationsProps) {
    super(scope, id);
    const { email } = monitoring;
    const slack = (channel: string) => ({
      apiURL: { name: notificationSecret.name, key: notificationSecret.slackUrl },
      channel,
      sendResolved: true,
      title: `{{ if eq .Status "firing" }}[{{ .Alerts.Firing | len }}]{{ else }}[over]{{ end }} ${title}`,
      text: text.replace('GRAFANA', monitoring.grafana),
    });
    // One message for what is wrong with one service, however many workloads and replicas say so.
    const grouping = { groupBy: ['alertname', 'service'], groupInterval: '5m' };
    // Two objects: within one, the fields of the routes below the first are not in the schema, and so in no check.
    manifest(
      this,
      'on-call',
      new AlertmanagerConfig({
        metadata: { name: 'on-call', namespace },
        spec: {
          route: {
            receiver: 'on-call',
            matchers: hears('critical'),
            ...grouping,
            groupWait: '10s',
            repeatInterval: '1h',
          },
          receivers: [
            {
              name: 'on-call',
              slackConfigs: [slack(monitoring.slack.critical)],
              emailConfigs: [
                {
                  to: email.to,
                  from: email.from,
                  smarthost: email.server,
                  authUsername: email.user,
                  authPassword: { name: notificationSecret.name, key: notificationSecret.smtpPassword },
                  requireTLS: true,
                  sendResolved: true,
                  headers: [{ key: 'Subject', value: `[{{ .Status }}] ${title}` }],
                  text: text.replace('GRAFANA', monitoring.grafana),
                },
              ],
            },
          ],
          inhibitRules: [
            // The milder form of the same alert.
            inhibit({ name: 'severity', value: 'critical' }, { name: 'severity', value: 'warning' }, [
              'alertname',
              'service',
              'workload',
            ]),
            // Nobody there: that its requests fail, and that replicas are missing, is no news.
            inhibit(
              { name: 'alertname', value: 'WorkloadDown' },
              { name: 'alertname', value: '(Error|Latency)BudgetBurn(Fast|Slow)|ReplicasMissing|QueueWithoutConsumer' },
              ['service', 'workload'],
            ),
            // What stands still because a store or the broker is away.
            inhibit(
              { name: 'alertname', value: 'DependencyLost' },
              {
                name: 'alertname',
                value:
                  'DependencyLostByReplica|OutboxBacklog|DueWorkOverdue|CatalogueBehind|DatabaseConnectionsShort|(Error|Latency)BudgetBurn(Fast|Slow)|HoldsStale',
              },
              ['service'],
            ),
            // The same rows.
            inhibit(
              { name: 'alertname', value: 'ClaimsOverdue|WaitingRoomStalled' },
              { name: 'alertname', value: 'DueWorkOverdue' },
              ['service', 'work'],
            ),
            inhibit({ name: 'alertname', value: 'BrokerAlarm' }, { name: 'alertname', value: 'OutboxBacklog' }, []),
            inhibit(
              { name: 'alertname', value: 'QueueWithoutConsumer' },
              { name: 'alertname', value: 'QueueBacklog' },
              ['queue'],
            ),
          ],
        },
      }),
    );
    manifest(
      this,
      'everybody',
      new AlertmanagerConfig({
        metadata: { name: 'everybody', namespace },
        spec: {
          route: {
            receiver: 'everybody',
            matchers: hears('warning'),
            ...grouping,
            groupWait: '30s',
            repeatInterval: '12h',
          },
          receivers: [{ name: 'everybody', slackConfigs: [slack(monitoring.slack.warning)] }],
        },
      }),
    );
  }
}

function hears(severity: Severity) {
  return [{ name: 'severity', matchType: '=' as const, value: severity }];
}

interface Match {
  readonly name: string;
  readonly value: string;
}

/** While there is an alert of the one kind, those of the other kind with equal labels are kept back. */
function inhibit(source: Match, target: Match, equal: string[]) {
  const match = (one: Match) => [{ ...one, matchType: '=~' as const }];
  return { sourceMatch: match(source), targetMatch: match(target), equal: ['namespace', ...equal] };
}
