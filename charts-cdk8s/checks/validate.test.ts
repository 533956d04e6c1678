import { describe, expect, it } from '@jest/globals';
import { access, defineApi } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { doorsOf } from '../doors.ts';
import { render } from '../render.ts';
import { services } from '../services.ts';
import { fixtureJwks } from '../test/fixtures.ts';
import { topologyOf } from '../topology/topology.ts';
import { analyze } from './analyze.ts';
import { lineOf } from './finding.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { soundCluster } from './test/sound-cluster.ts';
import { validate } from './validate.ts';

const api = defineApi({
  service: 'shop',
  base: '/api/shop',
  title: 'Shop',
  routes: {
    show: {
      method: 'GET',
      path: '/{id}',
      access: access.public(),
      summary: 'fixture',
      params: z.object({ id: z.string() }),
      responses: { 200: z.string() },
    },
  },
});
const routes = [{ route: api.routes.show, doors: [{ namespace: 'shop', labels: { app: 'shop-api' } }] }];

/** One thing that is broken: in the object of a kind and name, the value at a path; undefined takes it away. */
interface Break {
  readonly code: string;
  readonly object: string;
  readonly path?: string;
  readonly value?: unknown;
}

const pod = 'spec.template.spec';
const container = `${pod}.containers.0`;
const rollout = 'Rollout shop/shop-api';
const worker = 'Deployment shop/shop-worker';
const routed = 'VirtualService shop/shop-api';

/** Each is named after what somebody got wrong. `code` is what must be said about it, of the object `object`. */
const faults: Readonly<Record<string, Break>> = {
  // What the API server refuses.
  'a name with a capital letter': { code: 'kubernetes/name', object: 'ConfigMap shop/Jwks' },
  'a Service whose name starts with a digit': { code: 'kubernetes/name', object: 'Service shop/2nd' },
  'a CronJob whose name leaves no room for its pods': {
    code: 'kubernetes/name',
    object: `CronJob shop/${'a'.repeat(53)}`,
  },
  'an object in a namespace that is not there': { code: 'kubernetes/namespace', object: 'ConfigMap gone/jwks' },
  'an object that says no namespace': { code: 'kubernetes/namespace', object: 'ServiceAccount shop-api' },
  'two objects of one name': { code: 'kubernetes/duplicate', object: 'Service shop/shop-api' },
  'a label that is too long': {
    code: 'kubernetes/label',
    object: worker,
    path: 'spec.template.metadata.labels.version',
    value: 'a'.repeat(64),
  },
  'a label with a slash in its value': {
    code: 'kubernetes/label',
    object: worker,
    path: 'metadata.labels',
    value: { branch: 'feature/seats' },
  },
  'a key of an annotation with two slashes': {
    code: 'kubernetes/annotation',
    object: worker,
    path: 'metadata.annotations',
    value: { 'a/b/c': 'x' },
  },
  'a selector that its own pods do not match': {
    code: 'kubernetes/selector',
    object: worker,
    path: 'spec.selector.matchLabels',
    value: { app: 'worker' },
  },
  'an empty selector': { code: 'kubernetes/selector', object: worker, path: 'spec.selector.matchLabels', value: {} },
  'a selector that takes the pods of another': {
    code: 'kubernetes/selector-overlap',
    object: worker,
    path: 'spec.selector.matchLabels',
    value: { 'app.kubernetes.io/name': 'shop' },
  },
  'a Service without pods': {
    code: 'kubernetes/selects-nothing',
    object: 'Service shop/shop-api',
    path: 'spec.selector',
    value: { app: 'api' },
  },
  'a port of a container with too long a name': {
    code: 'kubernetes/port',
    object: worker,
    path: `${container}.ports.0.name`,
    value: 'http-of-the-shop',
  },
  'two ports of a Service, one without a name': {
    code: 'kubernetes/port',
    object: 'Service shop/shop-api',
    path: 'spec.ports.1',
    value: { port: 81, targetPort: 'http' },
  },
  'a variable with a hyphen': {
    code: 'kubernetes/container',
    object: worker,
    path: `${container}.env.0.name`,
    value: 'MARIADB-URL?',
  },
  'a Job that is restarted for ever': {
    code: 'kubernetes/restart-policy',
    object: 'Job shop/shop-migrate',
    path: `${pod}.restartPolicy`,
  },
  'an amount that is none': {
    code: 'kubernetes/quantity',
    object: worker,
    path: `${container}.resources.requests.memory`,
    value: '128MB',
  },
  'a request above its limit': {
    code: 'kubernetes/quantity',
    object: worker,
    path: `${container}.resources.requests.memory`,
    value: '1Gi',
  },
  'a probe that asks in two ways': {
    code: 'kubernetes/probe',
    object: worker,
    path: `${container}.livenessProbe.tcpSocket`,
    value: { port: 'admin' },
  },
  'a liveness probe that wants two successes': {
    code: 'kubernetes/probe',
    object: worker,
    path: `${container}.livenessProbe.successThreshold`,
    value: 2,
  },
  'a pause that takes the whole grace period': {
    code: 'kubernetes/grace',
    object: worker,
    path: `${container}.lifecycle.preStop.sleep.seconds`,
    value: 60,
  },
  'an autoscaler whose least is above its most': {
    code: 'kubernetes/scale',
    object: 'HorizontalPodAutoscaler shop/shop-api',
    path: 'spec.minReplicas',
    value: 11,
  },
  'two autoscalers for one workload': {
    code: 'kubernetes/scale-conflict',
    object: 'ScaledObject shop/shop-worker',
    path: 'spec.scaleTargetRef',
    value: { kind: 'Rollout', name: 'shop-api' },
  },
  'a disruption budget that says both numbers': {
    code: 'kubernetes/budget',
    object: 'PodDisruptionBudget shop/shop-api',
    path: 'spec.minAvailable',
    value: 1,
  },
  'a disruption budget that lets no node be drained': {
    code: 'kubernetes/budget',
    object: 'PodDisruptionBudget shop/shop-api',
    path: 'spec.maxUnavailable',
    value: 0,
  },
  'a schedule at an hour that no day has': {
    code: 'kubernetes/schedule',
    object: 'CronJob shop/shop-digest',
    path: 'spec.schedule',
    value: '30 24 * * *',
  },
  'a key of a ConfigMap that is a path': {
    code: 'kubernetes/config',
    object: 'ConfigMap shop/jwks',
    path: 'data',
    value: { 'jwks.json': '{}', 'a/b': '' },
  },
  'a block of addresses that is none': {
    code: 'kubernetes/network-policy',
    object: 'NetworkPolicy shop/shop-api',
    path: 'spec.egress.0.to.0.ipBlock.cidr',
    value: '10.64.0.0/33',
  },
  'an exception outside of its block': {
    code: 'kubernetes/network-policy',
    object: 'NetworkPolicy shop/shop-api',
    path: 'spec.egress.0.to.0.ipBlock.except.0',
    value: '10.65.0.0/24',
  },
  'rules of egress in a policy for ingress': {
    code: 'kubernetes/network-policy',
    object: 'NetworkPolicy shop/shop-api',
    path: 'spec.policyTypes',
    value: ['Ingress'],
  },

  // What nothing in the cluster would be found for.
  'a Service that sends to a port nobody listens on': {
    code: 'reference/target-port',
    object: 'Service shop/shop-api',
    path: 'spec.ports.0.targetPort',
    value: 3000,
  },
  'a probe of a port that is not there': {
    code: 'reference/probe-port',
    object: worker,
    path: `${container}.readinessProbe.httpGet.port`,
    value: 'health',
  },
  'a mount of a volume that is not there': {
    code: 'reference/volume',
    object: worker,
    path: `${container}.volumeMounts.0.name`,
    value: 'jwks',
  },
  'an account that is not there': {
    code: 'reference/service-account',
    object: worker,
    path: `${pod}.serviceAccountName`,
    value: 'worker',
  },
  'a ConfigMap that is not there': {
    code: 'reference/config-map',
    object: worker,
    path: `${pod}.volumes.0.configMap.name`,
    value: 'keys',
  },
  'a key that the ConfigMap does not have': {
    code: 'reference/config-map',
    object: worker,
    path: `${pod}.volumes.0.configMap.items.0.key`,
    value: 'keys.json',
  },
  'a Secret that nothing makes': {
    code: 'reference/secret',
    object: worker,
    path: `${container}.env.0.valueFrom.secretKeyRef.name`,
    value: 'stores',
  },
  'a key that the Secret does not have': {
    code: 'reference/secret',
    object: worker,
    path: `${container}.env.0.valueFrom.secretKeyRef.key`,
    value: 'redis-url',
  },
  'pods that do not say which version they are': {
    code: 'policy/labels',
    object: worker,
    path: 'spec.template.metadata.labels.version',
  },
  'a template over a property that nobody sealed': {
    code: 'reference/sealed',
    object: 'SealedSecret shop/shop-mail',
    path: 'spec.template.data.smtp-url',
    value: 'smtp://{{ .user }}:{{ .password }}@smtp.example',
  },
  'a gateway with a certificate that nobody asks for': {
    code: 'reference/secret',
    object: 'Gateway shop/door',
    path: 'spec.servers.1.tls.credentialName',
    value: 'door-tls',
  },
  'a claim that is not there': {
    code: 'reference/volume-claim',
    object: worker,
    path: `${pod}.volumes.1`,
    value: { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
  },
  'an autoscaler of something that is not there': {
    code: 'reference/scale-target',
    object: 'HorizontalPodAutoscaler shop/shop-api',
    path: 'spec.scaleTargetRef.kind',
    value: 'Deployment',
  },
  'a trigger whose authentication is not there': {
    code: 'reference/trigger-authentication',
    object: 'ScaledObject shop/shop-worker',
    path: 'spec.triggers.0.authenticationRef.name',
    value: 'rabbitmq',
  },
  'an Ingress to a Service that is not there': {
    code: 'reference/service',
    object: 'Ingress shop/shop',
    path: 'spec.rules.0.http.paths.0.backend.service.name',
    value: 'shop',
  },
  'a Rollout of routes that are not there': {
    code: 'reference/virtual-service',
    object: rollout,
    path: 'spec.strategy.canary.trafficRouting.istio.virtualServices.0.name',
    value: 'shop',
  },
  'a Rollout that steers a route by a wrong name': {
    code: 'reference/route',
    object: rollout,
    path: 'spec.strategy.canary.trafficRouting.istio.virtualServices.0.routes.0',
    value: 'read',
  },
  'a Rollout that forgets one of its routes': {
    code: 'policy/rollout-routes',
    object: rollout,
    path: 'spec.strategy.canary.trafficRouting.istio.virtualServices.0.routes',
    value: ['reads'],
  },
  'a Rollout by a subset that is not there': {
    code: 'reference/subset',
    object: rollout,
    path: 'spec.strategy.canary.trafficRouting.istio.destinationRule.canarySubsetName',
    value: 'next',
  },
  'a step that sets a route which is not managed': {
    code: 'reference/managed-route',
    object: rollout,
    path: 'spec.strategy.canary.steps.0.setHeaderRoute.name',
    value: 'testers',
  },
  'an analysis that is not there': {
    code: 'reference/analysis-template',
    object: rollout,
    path: 'spec.strategy.canary.analysis.templates.0.templateName',
    value: 'success',
  },
  'an analysis that is not told its argument': {
    code: 'reference/analysis-argument',
    object: rollout,
    path: 'spec.strategy.canary.analysis.args',
    value: [],
  },
  'an identity that nobody has': {
    code: 'reference/principal',
    object: 'AuthorizationPolicy shop/shop-api',
    path: 'spec.rules.0.from.0.source.principals.0',
    value: 'cluster.local/ns/shop/sa/worker',
  },

  // What istioctl analyze finds.
  'a namespace without proxies': {
    code: 'IST0102',
    object: 'Namespace shop',
    path: 'metadata.labels.istio-injection',
  },
  'a route to a subset that is not declared': {
    code: 'IST0101',
    object: routed,
    path: 'spec.http.0.route.1.destination.subset',
    value: 'next',
  },
  'weights that are not a hundred together': {
    code: 'IST0106',
    object: routed,
    path: 'spec.http.0.route.1.weight',
    value: 10,
  },
  'several hosts for one TCP entry': {
    code: 'IST0106',
    object: 'ServiceEntry shop/mariadb',
    path: 'spec.hosts',
    value: ['a.internal', 'b.internal'],
  },
  'plain text to a host under STRICT': {
    code: 'IST0113',
    object: 'DestinationRule shop/shop-api',
    path: 'spec.trafficPolicy.tls.mode',
    value: 'DISABLE',
  },
  'an expression that Envoy does not know': {
    code: 'IST0122',
    object: routed,
    path: 'spec.http.0.match.0.uri',
    value: { regex: '/(?!admin).*' },
  },
  'a server outside whose certificate nobody checks': {
    code: 'IST0128',
    object: 'DestinationRule shop/shop-api',
    path: 'spec.trafficPolicy.tls.mode',
    value: 'SIMPLE',
  },
  'two servers of a gateway for one host and port': {
    code: 'IST0145',
    object: 'Gateway shop/door',
    path: 'spec.servers.1.port.number',
    value: 80,
  },
  'a route by a claim where no token is checked': {
    code: 'IST0149',
    object: routed,
    path: 'spec.http.0.match.0.headers',
    value: { '@request.auth.claims.roles': { exact: 'admin' } },
  },
  'a subset without pods': {
    code: 'IST0173',
    object: 'DestinationRule shop/shop-api',
    path: 'spec.subsets.1.labels.app',
    value: 'canary',
  },
  'keys of tokens that istiod would have to fetch': {
    code: 'IST0175',
    object: 'RequestAuthentication shop/tokens',
    path: 'spec.jwtRules.0',
    value: { issuer: 'ticketaka', jwksUri: 'http://auth-api/.well-known/jwks.json' },
  },

  // Pod security, control by control.
  'pods in the network of the node': {
    code: 'security/host-namespaces',
    object: worker,
    path: `${pod}.hostNetwork`,
    value: true,
  },
  'a directory of the node': {
    code: 'security/volumes',
    object: worker,
    path: `${pod}.volumes.1`,
    value: { name: 'node', hostPath: { path: '/' } },
  },
  'a privileged container': {
    code: 'security/privileged',
    object: worker,
    path: `${container}.securityContext.privileged`,
    value: true,
  },
  'a container that may gain privileges': {
    code: 'security/privilege-escalation',
    object: worker,
    path: `${container}.securityContext.allowPrivilegeEscalation`,
  },
  'pods that may run as root': {
    code: 'security/run-as-non-root',
    object: worker,
    path: `${pod}.securityContext.runAsNonRoot`,
  },
  'a container that runs as root': {
    code: 'security/run-as-user',
    object: worker,
    path: `${container}.securityContext.runAsUser`,
    value: 0,
  },
  'pods without a seccomp profile': {
    code: 'security/seccomp',
    object: worker,
    path: `${pod}.securityContext.seccompProfile.type`,
    value: 'Unconfined',
  },
  'a container that keeps capabilities': {
    code: 'security/capabilities',
    object: worker,
    path: `${container}.securityContext.capabilities.drop`,
    value: ['NET_RAW'],
  },
  'a container that adds a capability': {
    code: 'security/capabilities',
    object: worker,
    path: `${container}.securityContext.capabilities.add`,
    value: ['NET_ADMIN'],
  },
  'a root file system that can be written': {
    code: 'security/read-only-root',
    object: worker,
    path: `${container}.securityContext.readOnlyRootFilesystem`,
  },
  'a port of the node': {
    code: 'security/host-ports',
    object: worker,
    path: `${container}.ports.0.hostPort`,
    value: 80,
  },
  'a token of the API server': {
    code: 'security/service-account-token',
    object: worker,
    path: `${pod}.automountServiceAccountToken`,
  },
  'a namespace that admits anything': {
    code: 'security/namespace',
    object: 'Namespace shop',
  },

  // What is not done here.
  'an image that is the latest': {
    code: 'policy/image-latest',
    object: worker,
    path: `${container}.image`,
    value: 'registry.example/ticketaka/shop:latest',
  },
  'an image by its tag': {
    code: 'policy/image-digest',
    object: worker,
    path: `${container}.image`,
    value: 'registry.example/ticketaka/shop:1.4.0',
  },
  'a workload without a disruption budget': {
    code: 'policy/budget',
    object: worker,
    path: 'spec.template.metadata.labels.app',
    value: 'worker',
  },
  'replicas that may all be in one zone': {
    code: 'policy/spread',
    object: worker,
    path: `${pod}.topologySpreadConstraints.0.topologyKey`,
    value: 'rack',
  },
  'a workload that nobody asks whether it is ready': {
    code: 'policy/probes',
    object: worker,
    path: `${container}.readinessProbe`,
  },
  'a container without a limit of memory': {
    code: 'policy/resources',
    object: worker,
    path: `${container}.resources.limits`,
  },
  'a container that stops at once': { code: 'policy/pre-stop', object: worker, path: `${container}.lifecycle` },
  'replicas in git of what is scaled': { code: 'policy/replicas', object: worker, path: 'spec.replicas', value: 2 },
  'a Rollout that borrows a Deployment': {
    code: 'policy/rollout-native',
    object: rollout,
    path: 'spec.workloadRef',
    value: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-worker' },
  },
  'an analysis that errs on an empty result': {
    code: 'policy/analysis-empty',
    object: 'AnalysisTemplate shop/success-rate',
    path: 'spec.metrics.0.successCondition',
    value: '!isNaN(result[0]) && result[0] >= 0.99',
  },
  'an analysis that passes on NaN': {
    code: 'policy/analysis-empty',
    object: 'AnalysisTemplate shop/success-rate',
    path: 'spec.metrics.0.successCondition',
    value: 'len(result) > 0 && result[0] >= 0.99',
  },
  'a check of a preview that may be a look at the old revision': {
    code: 'policy/preview-unproven',
    object: rollout,
  },
  'a canary that would never be taken back': {
    code: 'policy/rollout-stuck',
    object: rollout,
    path: 'spec.strategy.canary.canaryService',
  },
  'an analysis of a step that never ends': {
    code: 'kubernetes/analysis',
    object: rollout,
  },
  'an analysis that may fail more often than it is made': {
    code: 'kubernetes/analysis',
    object: 'AnalysisTemplate shop/smoke',
    path: 'spec.metrics.1.failureLimit',
    value: 3,
  },
  'an analysis that asks two at once': {
    code: 'kubernetes/analysis',
    object: 'AnalysisTemplate shop/success-rate',
    path: 'spec.metrics.0.provider.web',
    value: { url: 'https://shop.example' },
  },
  'an analysis by an argument that is not declared': {
    code: 'reference/analysis-argument',
    object: 'AnalysisTemplate shop/success-rate',
    path: 'spec.args',
    value: [],
  },
  'pods of nobody': {
    code: 'policy/labels',
    object: worker,
    path: 'spec.template.metadata.labels',
    value: { app: 'shop-worker' },
  },
  'the default account': { code: 'policy/identity', object: worker, path: `${pod}.serviceAccountName` },
  'a password in the clear': {
    code: 'policy/secret-in-git',
    object: worker,
    path: `${container}.env.0`,
    value: { name: 'REDIS_URL', value: 'redis://shop:s3cret@redis:6379' },
  },
  'a Secret in git': { code: 'policy/secret-in-git', object: 'Secret shop/shop-stores' },
  'a write that the mesh sends again': {
    code: 'policy/write-retried',
    object: routed,
    path: 'spec.http.1.retries.attempts',
    value: 1,
  },
  'a write about which nothing is said': { code: 'policy/write-retried', object: routed, path: 'spec.http.1.retries' },
  'a retry of reads that takes in a POST': {
    code: 'policy/write-retried',
    object: routed,
    path: 'spec.http.0.match.0.method.regex',
    value: 'GET|POST',
  },
  'reads without a bound for their retries': {
    code: 'policy/retry-bound',
    object: routed,
    path: 'spec.http.0.retries.perTryTimeout',
  },
  'a route that is told to wait for ever': {
    code: 'kubernetes/expression',
    object: routed,
    path: 'spec.http.0.timeout',
    value: '0s',
  },
  'a connection that is given no time': {
    code: 'kubernetes/expression',
    object: 'DestinationRule shop/shop-api',
    path: 'spec.trafficPolicy.connectionPool.tcp.connectTimeout',
    value: '0.5ms',
  },
  'a server outside with one port twice': {
    code: 'kubernetes/expression',
    object: 'ServiceEntry shop/mariadb',
    path: 'spec.ports.1',
    value: { number: 3306, name: 'tcp-other', protocol: 'TCP' },
  },
  'a ServiceEntry of any host': {
    code: 'kubernetes/expression',
    object: 'ServiceEntry shop/mariadb',
    path: 'spec.hosts.0',
    value: '*',
  },
  'mutual TLS of a port of no pods': {
    code: 'kubernetes/expression',
    object: 'PeerAuthentication shop/default',
    path: 'spec.portLevelMtls',
    value: { 8080: { mode: 'STRICT' } },
  },
  'keys of tokens here and elsewhere': {
    code: 'kubernetes/expression',
    object: 'RequestAuthentication shop/tokens',
    path: 'spec.jwtRules.0.jwksUri',
    value: 'https://shop.example/keys',
  },
  'a policy of pods and of a gateway': {
    code: 'kubernetes/expression',
    object: 'AuthorizationPolicy shop/shop-api',
    path: 'spec.targetRefs',
    value: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'door' }],
  },
  'pods without a proxy by an annotation of old': {
    code: 'IST0135',
    object: worker,
    path: 'spec.template.metadata.annotations',
    value: { 'sidecar.istio.io/inject': 'false' },
  },
  'a gateway whose figures have no revision': {
    code: 'policy/labels',
    object: worker,
    path: 'spec.template.metadata.annotations',
    value: { 'inject.istio.io/templates': 'gateway' },
  },
  'a list that is read back as none': {
    code: 'kubernetes/empty-list',
    object: 'NetworkPolicy shop/default-deny',
    path: 'spec.ingress',
    value: [],
  },
  'a route that waits for ever': { code: 'policy/timeout', object: routed, path: 'spec.http.0.timeout' },
  'a gateway for any host': {
    code: 'policy/wildcard-host',
    object: 'Gateway shop/door',
    path: 'spec.servers.1.hosts.0',
    value: 'shop/*.example',
  },
  'a gateway that answers in the clear': {
    code: 'policy/plain-http',
    object: 'Gateway shop/door',
    path: 'spec.servers.0.tls',
  },
  'a namespace in which mutual TLS is asked for only': {
    code: 'policy/default-deny',
    object: 'Namespace shop',
  },
  'a policy that denies': {
    code: 'policy/allow-only',
    object: 'AuthorizationPolicy shop/shop-api',
    path: 'spec.action',
    value: 'DENY',
  },
  'a policy that admits to everything': {
    code: 'policy/allow-all',
    object: 'AuthorizationPolicy shop/shop-api',
    path: 'spec.rules.0.to',
  },
  'a route that nobody is let in to': {
    code: 'policy/route-allow',
    object: 'AuthorizationPolicy shop/shop-api',
    path: 'spec.rules.0.to.0.operation.paths.0',
    value: '/api/shop',
  },
};

/** Faults that a path cannot say: an object renamed, added, or taken away. */
const edits: Readonly<Record<string, (objects: KubernetesObject[]) => KubernetesObject[]>> = {
  'a name with a capital letter': (objects) => renamed(objects, 'ConfigMap shop/jwks', { name: 'Jwks' }),
  'a Service whose name starts with a digit': (objects) => renamed(objects, 'Service shop/shop-api', { name: '2nd' }),
  'a CronJob whose name leaves no room for its pods': (objects) =>
    renamed(objects, 'CronJob shop/shop-digest', { name: 'a'.repeat(53) }),
  'an object in a namespace that is not there': (objects) =>
    renamed(objects, 'ConfigMap shop/jwks', { namespace: 'gone' }),
  'an object that says no namespace': (objects) => {
    const account = find(objects, 'ServiceAccount shop/shop-api');
    return [...objects, { ...account, metadata: { name: 'shop-api' } }];
  },
  'two objects of one name': (objects) => [...objects, find(objects, 'Service shop/shop-api')],
  'a check of a preview that may be a look at the old revision': (objects) =>
    broken(objects, {
      code: '',
      object: 'AnalysisTemplate shop/smoke',
      path: 'spec.metrics.1.provider.prometheus.query',
      value: 'sum(requests)',
    }),
  'an analysis of a step that never ends': (objects) =>
    broken(objects, { code: '', object: 'AnalysisTemplate shop/smoke', path: 'spec.metrics.1.count' }),
  'a Secret in git': (objects) => [
    ...objects,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop-stores', namespace: 'shop' }, data: { a: 'Yg==' } },
  ],
  'a namespace that admits anything': (objects) =>
    objects.map((one) =>
      one.kind === 'Namespace'
        ? { ...one, metadata: { ...one.metadata, labels: { 'istio-injection': 'enabled' } } }
        : one,
    ),
  'a namespace in which mutual TLS is asked for only': (objects) =>
    objects.filter(({ kind }) => kind !== 'PeerAuthentication'),
};

describe('the validation of a cluster', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(validate(soundCluster(), routes).map(lineOf)).toEqual([]);
    expect(analyze(soundCluster(), [{ namespace: 'shop', labels: { app: 'shop-api' } }])).toEqual([]);
  });

  it('is tried with more than forty faults', () => {
    expect(Object.keys(faults).length).toBeGreaterThan(40);
  });

  it.each(Object.entries(faults))('names %s', (name, fault) => {
    const objects = edits[name] ? edits[name](soundCluster()) : broken(soundCluster(), fault);
    const named = validate(objects, routes).map(({ code, object }) => `${code} ${object}`);
    expect(named).toContain(`${fault.code} ${fault.object}`);
  });
});

const environments = ['dev', 'staging', 'prod'] as const;

describe.each(environments)('the manifests of %s', (environment) => {
  const { objects } = render({ environment, jwks: fixtureJwks });
  const doors = doorsOf(topologyOf(services));

  it('have no fault', () => {
    expect(validate(objects, doors).map(lineOf)).toEqual([]);
  });

  /** Kinds of which each object is wanted by another, or by a rule. */
  const wanted = [
    'AnalysisTemplate',
    'AuthorizationPolicy',
    'Certificate',
    'DestinationRule',
    'ExternalSecret',
    'PodDisruptionBudget',
    'ServiceAccount',
  ];

  it.each(wanted)('miss any %s that is taken away', (kind) => {
    const ofThisKind = objects.filter((object) => object.kind === kind);
    const unnoticed = ofThisKind.filter((gone) => {
      const rest = objects.filter((object) => object !== gone);
      return validate(rest, doors).length === 0;
    });
    expect(ofThisKind.length).toBeGreaterThan(0);
    expect(unnoticed.map(({ metadata }) => metadata.name)).toEqual([]);
  });
});

function find(objects: readonly KubernetesObject[], wanted: string): KubernetesObject {
  const found = objects.find(
    ({ kind, metadata }) => wanted === `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`,
  );
  if (!found) throw new Error(`there is no ${wanted} to break`);
  return found;
}

function renamed(objects: KubernetesObject[], wanted: string, to: { name?: string; namespace?: string }) {
  const target = find(objects, wanted);
  return objects.map((one) => (one === target ? { ...one, metadata: { ...one.metadata, ...to } } : one));
}

function broken(objects: KubernetesObject[], { object, path = '', value }: Break): KubernetesObject[] {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place: object = find(objects, object);
  // The walk below stays within plain objects and lists, of which every key is a string.
  for (const key of keys) place = (place as Record<string, object>)[key] ??= {};
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
  return objects;
}
