import { canary } from '../../canary.ts';
import { promisedDurations } from '../../observability/objectives.ts';
import type { WorkloadNode } from '../../topology/topology.ts';

/** One figure of a canary, and what of it is good. */
export interface Judgement {
  readonly name: string;
  /** PromQL over `{{args.workload}}` and `{{args.hash}}`. Empty or NaN where there were no requests. */
  readonly query: string;
  /** The right side of `result[0] …`. */
  readonly good: string;
  /** Whether there must be a figure: the smoke check makes some of these, whatever the hour. */
  readonly required: boolean;
}

/** What Prometheus puts to each series of a pod: its workload, and the hash of its revision. */
const workload = 'app="{{args.workload}}"';
const canaryLabels = { app: '{{args.workload}}', rollouts_pod_template_hash: '{{args.hash}}' };
const ofCanary = `${workload},rollouts_pod_template_hash="{{args.hash}}"`;
const ofStable = `${workload},rollouts_pod_template_hash!="{{args.hash}}"`;

/** The sidecar that reports is the canary's own. */
const requests = `reporter="destination",${ofCanary}`;
const window = '2m';

/** Requests that reached the canary. Before the first share these are testers', and those of the smoke check. */
export const requestsSoFar = `sum(istio_requests_total{${requests}})`;

/** How a revision of the workload is judged: by its answers, their time, and by what the business lives on. */
export function judgementsOf(node: WorkloadNode): readonly Judgement[] {
  return [
    {
      name: 'success-rate',
      query: ratio(`istio_requests_total{${requests},response_code!~"5.."}`, `istio_requests_total{${requests}}`),
      good: `>= ${canary.successRate}`,
      required: true,
    },
    {
      name: 'p99-milliseconds',
      // As the workload itself measures it, since Envoy cannot tell an event stream, or a payment, from a slow page.
      query: `1000 * histogram_quantile(0.99, sum by (le) (rate(${promisedDurations(node, 'bucket', canaryLabels)}[${window}])))`,
      good: `<= ${canary.p99Milliseconds}`,
      required: true,
    },
    ...businessJudgements(node),
  ];
}

/**
 * Routes that may not be done twice are those that take seats and money. A taken seat or a refused card is an answer
 * like any other there, so that a revision is measured against the one before it: of the same requests at the same time,
 * it must not turn down many more.
 */
function businessJudgements({ routes }: WorkloadNode): readonly Judgement[] {
  const paths = routes
    .filter(({ idempotent }) => idempotent)
    .map(({ fullPath }) => fullPath.replaceAll(/[{}*.]/g, '.'));
  if (paths.length === 0) return [];
  const of = (pods: string, status = '') =>
    `ticketaka_http_server_request_duration_seconds_count{${pods},method!="GET",route=~"${paths.join('|')}"${status}}`;
  const share = (pods: string) => ratio(of(pods, ',status!~"2.."'), of(pods));
  return [
    {
      name: 'business-failures',
      query: `${share(ofCanary)} - ${share(ofStable)}`,
      good: `<= ${canary.moreBusinessFailures}`,
      required: false,
    },
  ];
}

/** Nothing of a kind is nought of it: when all requests fail, there is no series of those that succeed. */
function ratio(part: string, whole: string): string {
  return `(sum(rate(${part}[${window}])) or vector(0)) / sum(rate(${whole}[${window}]))`;
}
