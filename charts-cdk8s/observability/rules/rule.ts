import { namespace } from '../../names.ts';
import { dashboardUid, runbookUrl } from '../names.ts';

/** `critical` wakes somebody; `warning` is read on a working day. */
export type Severity = 'critical' | 'warning';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Record<string, string>;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

export type Rule = RecordingRule | AlertingRule;

export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

export interface AlertOptions {
  /** Its page in `docs/operations/alerts` has this name, in lower case and with hyphens. */
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  /** How long it must hold. */
  readonly for: string;
  /** One line, which becomes the title of the notification; may use the labels of the result. */
  readonly summary: string;
  /** What it means for people, in a sentence or two. */
  readonly description: string;
  /** Of the service that it is about. Results that have the label themselves keep it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Dashboard to open first. */
  readonly dashboard: string;
}

export function alert(options: AlertOptions): AlertingRule {
  return {
    alert: options.name,
    expr: options.expr,
    for: options.for,
    // The operator gives our notifications only alerts that say that they are of our namespace.
    labels: { namespace, severity: options.severity, ...options.labels },
    annotations: {
      summary: options.summary,
      description: options.description,
      runbook_url: runbookUrl(options.name),
      dashboard: dashboardUid(options.dashboard),
    },
  };
}

export function isAlert(rule: Rule): rule is AlertingRule {
  return 'alert' in rule;
}
