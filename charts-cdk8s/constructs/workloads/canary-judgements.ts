import { canary } from '../../canary.ts';
import type { WorkloadNode } from '../../topology/topology.ts';

/** One figure of a canary, and what of it is good. */
export interface Judgement {
  readonly name: string;
  /** PromQL over `{{args.workload}}` and `{{args.hash}}`. Empty or NaN where there were no requests. */
  readonly query: string;
  /** The right side of `result[0] …`. */
  readonly good: string;
}

/** Pods are scraped with these two labels of theirs. The sidecar that reports is the canary's own. */
const ofCanary = 'app="{{args.workload}}",rollouts_pod_template_hash="{{args.hash}}"';
const requests = `reporter="destination",${ofCanary}`;
const window = '2m';

/** How a revision of the workload is judged: by its answers, their time, and by what the business lives on. */
export function judgementsOf(workload: WorkloadNode): readonly Judgement[] {
  return [
    {
      name: 'success-rate',
      query: `sum(rate(istio_requests_total{${requests},response_code!~"5.."}[${window}])) / sum(rate(istio_requests_total{${requests}}[${window}]))`,
      good: `>= ${canary.successRate}`,
    },
    {
      name: 'p99-milliseconds',
      query: `histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${requests}}[${window}])))`,
      good: `<= ${canary.p99Milliseconds}`,
    },
  ];
}
