/** Where the API has the kinds that tell how a deployment goes. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly labelSelector: string;
}

export interface Selection {
  /** Namespace of Argo CD. */
  readonly argocdNamespace: string;
  /** Namespace of the platform's own objects. */
  readonly namespace: string;
  /** Only this service's. */
  readonly service?: string | undefined;
}

/** The labels that every rendered object carries, and every Application too. */
export function resourcesOf({ argocdNamespace, namespace, service }: Selection) {
  const own = service === undefined ? '' : `,app.kubernetes.io/name=${service}`;
  const argo = { group: 'argoproj.io', version: 'v1alpha1' } as const;
  const labelSelector = `app.kubernetes.io/part-of=ticketaka${own}`;
  return {
    applications: { ...argo, plural: 'applications', namespace: argocdNamespace, labelSelector },
    rollouts: { ...argo, plural: 'rollouts', namespace, labelSelector },
    // The controller makes these, with labels of its own: they are told apart by the Rollout that owns them.
    analysisRuns: { ...argo, plural: 'analysisruns', namespace, labelSelector: '' },
  } satisfies Record<string, Resource>;
}

export function pathOf({ group, version, plural, namespace }: Resource): string {
  return `/apis/${group}/${version}/namespaces/${namespace}/${plural}`;
}
