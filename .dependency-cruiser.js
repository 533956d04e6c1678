/** The layers of DESIGN 2: who may import whom. */
export default {
  forbidden: [
    {
      name: 'domain-imports-no-adapter',
      comment: 'Rules are plain functions: no HTTP, database, broker or mail in them.',
      severity: 'error',
      from: { path: '^services/[^/]+/domain/' },
      to: {
        path: '^services/[^/]+/(http|store|events|smtp)/|^services/platform/(http|mariadb|redis|broker|outbox|inbox|due-work|client)/',
      },
    },
    {
      name: 'services-meet-at-their-apis',
      comment: "A service imports another service's api.ts only.",
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/platform/' },
      to: {
        path: '^services/([^/]+)/',
        pathNot: ['^services/platform/', '^services/$1/', '^services/[^/]+/(api|errors)\\.ts$'],
      },
    },
    {
      name: 'platform-knows-no-service',
      severity: 'error',
      from: { path: '^services/platform/' },
      to: { path: '^(services/(?!platform/)|local/|charts-cdk8s/|tests/)' },
    },
    {
      name: 'only-tests-import-local',
      severity: 'error',
      from: { pathNot: '^(local|tests)/' },
      to: { path: '^local/' },
    },
    {
      name: 'charts-import-declarations-only',
      severity: 'error',
      from: { path: '^charts-cdk8s/' },
      to: { path: '^services/(?!platform/)', pathNot: '^services/[^/]+/(service|api|errors)\\.ts$' },
    },
    {
      name: 'delivery-stands-alone',
      comment: 'Nothing that runs needs the delivery command line, and it needs the charts only.',
      severity: 'error',
      from: { pathNot: '^gitops/' },
      to: { path: '^gitops/' },
    },
    {
      name: 'delivery-imports-charts-only',
      severity: 'error',
      from: { path: '^gitops/' },
      to: { path: '^(services|local|tests)/' },
    },
    {
      name: 'one-door-to-the-cluster',
      comment: 'The client of Kubernetes is large: only `status` loads it.',
      severity: 'error',
      from: { pathNot: '^gitops/cluster/client\\.ts$' },
      to: { path: '@kubernetes/client-node' },
    },
    {
      name: 'contracts-are-light',
      comment: 'A browser loads api.ts: it may reach zod and the declarations, nothing of Node.',
      severity: 'error',
      from: {
        path: '^services/[^/]+/(api|errors)\\.ts$|^services/platform/(contract|client)/',
        pathNot: '\\.test\\.ts$',
      },
      to: {
        path: '^services/platform/(?!contract/|client/)|^node:|^(express|pino|mariadb|amqplib)',
        dependencyTypesNot: ['type-only'],
      },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'tests-stay-in-tests',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|^tests/|/test/|/testing/' },
      to: { path: '\\.test\\.ts$|/test/|^services/platform/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|/dist/|\\.local/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
