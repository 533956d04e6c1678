/** Names that monitoring shares with what is already in the cluster, and with those who write pods. */

/** Where Prometheus, Alertmanager and Grafana run: kube-prometheus-stack under its usual names. */
export const monitoring = {
  namespace: 'monitoring',
  /** What its pods are known by, where somebody must let them in. */
  prometheus: { labels: { 'app.kubernetes.io/name': 'prometheus' } },
  grafana: { service: 'grafana', port: 80 },
} as const;

/** Port on which the sidecar's agent answers for Envoy and for the application, beside mutual TLS. */
export const agentPort = 15_020;

/** What Grafana's sidecar looks for. */
export const dashboardLabel = { grafana_dashboard: '1' } as const;

/** Where people read the runbook pages. */
const runbooks = 'https://github.com/ticketaka/ticketaka/blob/main/docs/operations/alerts';

/** File name of an alert's page in `docs/operations/alerts`: `DeadLetters` is `dead-letters.md`. */
export function runbookFile(alert: string): string {
  return `${alert.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.md`;
}

export function runbookUrl(alert: string): string {
  return `${runbooks}/${runbookFile(alert)}`;
}

/** Uid of a dashboard, which is the end of its address too. */
export function dashboardUid(name: string): string {
  return `ticketaka-${name}`;
}
