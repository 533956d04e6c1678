import type { WorkloadNode } from '../../topology/topology.ts';
import { labelsOf, objectiveOf, promisedDurations, requestsTo } from '../objectives.ts';
import { type AlertingRule, alert, type RecordingRule, type RuleGroup, type Severity } from './rule.ts';

/**
 * Alerts on how fast a month's budget of errors is used up, each on a long window, which says that it matters, and on a
 * short one, which says that it still goes on: Google, The Site Reliability Workbook, chapter 5, "Multiwindow,
 * Multi-Burn-Rate Alerts".
 */
interface Pace {
  readonly long: string;
  readonly short: string;
  /** How many times faster than the budget allows. */
  readonly factor: number;
}

/** 2 % of the month's budget in an hour, 5 % in six: somebody is needed now. */
const fast: readonly Pace[] = [
  { long: '1h', short: '5m', factor: 14.4 },
  { long: '6h', short: '30m', factor: 6 },
];
/** 10 % in a day, or in three: it is to be understood this week. */
const slow: readonly Pace[] = [
  { long: '1d', short: '2h', factor: 3 },
  { long: '3d', short: '6h', factor: 1 },
];

const windows = [...new Set([...fast, ...slow].flatMap(({ long, short }) => [short, long]))];

/** Requests a second below which one error says nothing: one a minute. */
const enough = 0.016;

/** What is recorded for each window. */
export const recorded = {
  requests: (window: string) => `workload:requests:rate${window}`,
  errors: (window: string) => `workload:request_errors:ratio_rate${window}`,
  slow: (window: string) => `workload:slow_requests:ratio_rate${window}`,
};

/** Recording rules and alerts for the objectives of one workload that answers HTTP. */
export function burnRateGroups(workload: WorkloadNode): readonly RuleGroup[] {
  const labels = labelsOf(workload);
  const objective = objectiveOf(workload);
  const records = windows.flatMap((window): RecordingRule[] => [
    { record: recorded.requests(window), labels, expr: `sum(rate(${requestsTo([workload])}[${window}]))` },
    {
      record: recorded.errors(window),
      labels,
      // Without an error there is no series of errors.
      expr: `(sum(rate(${requestsTo([workload], { response_code: '~5..' })}[${window}])) or vector(0)) / sum(rate(${requestsTo([workload])}[${window}]))`,
    },
    {
      record: recorded.slow(window),
      labels,
      expr: `1 - sum(rate(${promisedDurations(workload, 'bucket', { le: String(objective.fast.seconds) })}[${window}])) / sum(rate(${promisedDurations(workload, 'count')}[${window}]))`,
    },
  ]);
  return [
    { name: `${workload.name}.objectives`, interval: '30s', rules: records },
    { name: `${workload.name}.budget`, rules: alertsOf(workload) },
  ];
}

function alertsOf(workload: WorkloadNode): readonly AlertingRule[] {
  const labels = labelsOf(workload);
  const { availability, fast: speed } = objectiveOf(workload);
  const { name } = workload;
  const errors = { recordedAs: recorded.errors, budget: 1 - availability };
  const late = { recordedAs: recorded.slow, budget: 1 - speed.part };
  const make = (paces: readonly Pace[], severity: Severity) => {
    const pace = severity === 'critical' ? 'Fast' : 'Slow';
    const common = { severity, labels, dashboard: workload.service.name, for: severity === 'critical' ? '2m' : '15m' };
    return [
      alert({
        ...common,
        name: `ErrorBudgetBurn${pace}`,
        expr: burning(paces, errors, labels),
        summary: `${name} fails too many requests`,
        description: `Callers of ${name} get 5xx for {{ $value | humanizePercentage }} of their requests; ${percent(availability)} are promised to succeed.`,
      }),
      alert({
        ...common,
        name: `LatencyBudgetBurn${pace}`,
        expr: burning(paces, late, labels),
        summary: `${name} answers too slowly`,
        description: `{{ $value | humanizePercentage }} of the requests to ${name} take longer than ${speed.seconds * 1000} ms; ${percent(speed.part)} are promised not to.`,
      }),
    ];
  };
  return [...make(fast, 'critical'), ...make(slow, 'warning')];
}

function burning(
  paces: readonly Pace[],
  { recordedAs, budget }: { readonly recordedAs: (window: string) => string; readonly budget: number },
  { service, workload }: { readonly service: string; readonly workload: string },
): string {
  const of = (record: string) => `${record}{service="${service}",workload="${workload}"}`;
  return paces
    .map(({ long, short, factor }) => {
      const limit = Number((factor * budget).toPrecision(6));
      return `(${of(recordedAs(long))} > ${limit} and ${of(recordedAs(short))} > ${limit} and ${of(recorded.requests(long))} > ${enough})`;
    })
    .join(' or ');
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(6))} %`;
}
