import type { ITopologySpreadConstraint } from 'kubernetes-models/v1/TopologySpreadConstraint';

export interface PodSpreadOptions {
  /** By which the pods are found. */
  readonly labels: Readonly<Record<string, string>>;
  /** Label that tells the pods of one revision from those of another. */
  readonly revisionLabel: string;
  /** Whether the nodes are of several zones. */
  readonly zones: boolean;
}

/**
 * Over zones, and as well as may be over hosts, each revision by itself. Nodes that are tainted, as those of a zone that
 * is lost are, do not count: else a pod of the lost zone could start nowhere.
 */
export function podSpread({ labels, revisionLabel, zones }: PodSpreadOptions): ITopologySpreadConstraint[] {
  const common = {
    maxSkew: 1,
    labelSelector: { matchLabels: { ...labels } },
    matchLabelKeys: [revisionLabel],
    nodeTaintsPolicy: 'Honor' as const,
  };
  return [
    {
      ...common,
      topologyKey: 'topology.kubernetes.io/zone',
      // On a node without the label, as those of a single zone are, a pod that must be spread by it never starts.
      whenUnsatisfiable: zones ? 'DoNotSchedule' : 'ScheduleAnyway',
    },
    { ...common, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  ];
}
