import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Construct } from 'constructs';
import { manifest } from '../constructs/manifest.ts';
import { namespace } from '../names.ts';
import type { RuleGroup } from './rules/rule.ts';

export interface AlertRulesProps {
  /** A service, or `platform`. */
  readonly name: string;
  readonly groups: readonly RuleGroup[];
}

/** What Prometheus records and alerts on, for one service. */
export class AlertRules extends Construct {
  constructor(scope: Construct, id: string, { name, groups }: AlertRulesProps) {
    super(scope, id);
    manifest(
      this,
      'rules',
      new PrometheusRule({
        metadata: { name, namespace },
        // The model's lists are not readonly; nothing changes them.
        spec: {
          groups: groups.map(({ rules, ...group }) => ({ ...group, rules: rules.map((rule) => ({ ...rule })) })),
        },
      }),
    );
  }
}
