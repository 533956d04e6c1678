/** Where Argo CD finds what it is to do. */
export const settings = {
  /** The manifest repository, where `render` is told no other. */
  repository: 'https://github.com/ticketaka/manifests.git',
  branch: 'main',
  /** Where pull requests of the code are. */
  code: { owner: 'ticketaka', repo: 'ticketaka' },
  /** Namespace of Argo CD itself. */
  namespace: 'argocd',
  /** Each environment is a cluster with an Argo CD of its own, which knows it by this address. */
  cluster: 'https://kubernetes.default.svc',
  /**
   * Where what says no namespace would go. Everything that is rendered says its own, but Argo CD refuses an Application
   * whose project does not allow its destination, and a destination without a namespace is in no list.
   */
  namespaceOfServices: 'ticketaka',
  /** Where people find the Argo CD of an environment. */
  url: (environment: string) => `https://argocd-${environment}.ticketaka.example`,
  /** Slack channel that hears of every environment; `deploy-prod` for prod. */
  channel: (environment: string) => `deploy-${environment}`,
} as const;

/** Projects: the one that may only make Applications, the one that may make what the platform is made of, and the operators'. */
export const projects = { root: 'ticketaka-root', platform: 'ticketaka', operators: 'ticketaka-operators' } as const;

/** The operators are there, and healthy, before what belongs to everybody, and that before the services. */
export const waves = { operators: '-2', shared: '-1', service: '0' } as const;
