import type { KubernetesObject } from '../kubernetes-object.ts';

/** A small cluster in which nothing is wrong: the ground on which each test breaks one thing. */

const namespace = 'shop';
const host = 'shop-api.shop.svc.cluster.local';
const image = `registry.example/ticketaka/shop:1.4.0@sha256:${'a1'.repeat(32)}`;

function labels(app: string) {
  const version = 'v1';
  const platform = { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/part-of': 'ticketaka' };
  return { app, ...platform, 'app.kubernetes.io/version': version, version };
}

function podSpec(app: string) {
  const selector = { matchLabels: { app } };
  const spread = (topologyKey: string) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: selector,
  });
  const probe = { httpGet: { path: '/livez', port: 'admin' }, periodSeconds: 5 };
  return {
    serviceAccountName: app,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 45,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    topologySpreadConstraints: [spread('topology.kubernetes.io/zone'), spread('kubernetes.io/hostname')],
    volumes: [{ name: 'keys', configMap: { name: 'jwks', items: [{ key: 'jwks.json', path: 'jwks.json' }] } }],
    containers: [
      {
        name: app,
        image,
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'admin', containerPort: 9090 },
        ],
        env: [{ name: 'MARIADB_URL', valueFrom: { secretKeyRef: { name: 'shop-stores', key: 'mariadb-url' } } }],
        volumeMounts: [{ name: 'keys', mountPath: '/etc/keys' }],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        startupProbe: probe,
        livenessProbe: probe,
        readinessProbe: probe,
        lifecycle: { preStop: { sleep: { seconds: 10 } } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}

function object(type: string, name: string, rest: object): KubernetesObject {
  const [apiVersion = '', kind = ''] = type.split(' ');
  return { apiVersion, kind, metadata: { name, namespace }, ...rest };
}

function template(app: string) {
  return { metadata: { labels: labels(app) }, spec: podSpec(app) };
}

/** Pods of a job: they ask, and nobody asks them. */
function task(account: string) {
  const serving = ['ports', 'startupProbe', 'livenessProbe', 'readinessProbe'];
  const containers = podSpec(account).containers.map((container) =>
    Object.fromEntries(Object.entries(container).filter(([field]) => !serving.includes(field))),
  );
  return {
    metadata: { labels: { 'app.kubernetes.io/name': 'shop' } },
    spec: { ...podSpec(account), restartPolicy: 'Never', containers },
  };
}

function budget(app: string) {
  return object('policy/v1 PodDisruptionBudget', app, {
    spec: { maxUnavailable: 1, selector: { matchLabels: { app } } },
  });
}

function destinations(subsets: readonly string[]) {
  return subsets.map((subset, index) => ({
    destination: { host, port: { number: 80 }, subset },
    weight: index === 0 ? 100 : 0,
  }));
}

function jobTemplate() {
  const spec = podSpec('shop-migrate');
  const [container] = spec.containers;
  return {
    metadata: { labels: labels('shop-migrate') },
    spec: { ...spec, restartPolicy: 'Never', containers: [container] },
  };
}

/** A fresh copy each time: tests change it. */
export function soundCluster(): KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    },
    ...['shop-api', 'shop-worker', 'shop-migrate'].map((name) => object('v1 ServiceAccount', name, {})),
    object('v1 ConfigMap', 'jwks', { data: { 'jwks.json': '{"keys":[]}' } }),
    object('external-secrets.io/v1 ExternalSecret', 'shop-stores', {
      spec: {
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
        target: { name: 'shop-stores' },
        data: [{ secretKey: 'mariadb-url', remoteRef: { key: 'shop/mariadb' } }],
      },
    }),
    object('bitnami.com/v1alpha1 SealedSecret', 'shop-mail', {
      spec: {
        encryptedData: { password: 'sealed' },
        template: { data: { 'smtp-url': 'smtp://shop:{{ .password | urlquery }}@smtp.example' } },
      },
    }),
    object('v1 Service', 'shop-api', {
      spec: { selector: { app: 'shop-api' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    }),
    object('v1 Service', 'shop-api-canary', {
      spec: { selector: { app: 'shop-api' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    }),
    object('argoproj.io/v1alpha1 Rollout', 'shop-api', {
      spec: {
        selector: { matchLabels: { app: 'shop-api' } },
        template: template('shop-api'),
        strategy: {
          canary: {
            canaryService: 'shop-api-canary',
            analysis: { templates: [{ templateName: 'success-rate' }], args: [{ name: 'revision' }] },
            steps: [
              { setHeaderRoute: { name: 'preview' } },
              { analysis: { templates: [{ templateName: 'smoke' }], args: [{ name: 'revision' }] } },
              { setWeight: 10 },
            ],
            trafficRouting: {
              managedRoutes: [{ name: 'preview' }],
              istio: {
                virtualServices: [{ name: 'shop-api', routes: ['reads', 'writes'] }],
                destinationRule: { name: 'shop-api', canarySubsetName: 'canary', stableSubsetName: 'stable' },
              },
            },
          },
        },
      },
    }),
    object('argoproj.io/v1alpha1 AnalysisTemplate', 'success-rate', {
      spec: {
        args: [{ name: 'revision' }],
        metrics: [
          {
            name: 'success',
            successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] >= 0.99',
            provider: { prometheus: { query: 'rate(requests{revision="{{args.revision}}"}[2m])' } },
          },
        ],
      },
    }),
    object('argoproj.io/v1alpha1 AnalysisTemplate', 'smoke', {
      spec: {
        args: [{ name: 'revision' }],
        metrics: [
          { name: 'smoke', provider: { job: { spec: { template: task('shop-api') } } } },
          {
            name: 'reached',
            count: 2,
            interval: '15s',
            consecutiveSuccessLimit: 1,
            failureLimit: 1,
            successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] > 0',
            provider: { prometheus: { query: 'sum(requests{revision="{{args.revision}}"})' } },
          },
        ],
      },
    }),
    object('autoscaling/v2 HorizontalPodAutoscaler', 'shop-api', {
      spec: {
        scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'shop-api' },
        minReplicas: 2,
        maxReplicas: 10,
      },
    }),
    object('apps/v1 Deployment', 'shop-worker', {
      spec: { selector: { matchLabels: { app: 'shop-worker' } }, template: template('shop-worker') },
    }),
    object('keda.sh/v1alpha1 ScaledObject', 'shop-worker', {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'shop-worker' },
        minReplicaCount: 1,
        maxReplicaCount: 4,
        triggers: [{ authenticationRef: { name: 'broker' } }],
      },
    }),
    object('keda.sh/v1alpha1 TriggerAuthentication', 'broker', { spec: {} }),
    object('batch/v1 Job', 'shop-migrate', { spec: { template: jobTemplate() } }),
    object('batch/v1 CronJob', 'shop-digest', {
      spec: { schedule: '30 8 * * 1-5', jobTemplate: { spec: { template: jobTemplate() } } },
    }),
    budget('shop-api'),
    budget('shop-worker'),
    object('networking.k8s.io/v1 NetworkPolicy', 'default-deny', {
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    }),
    object('networking.k8s.io/v1 NetworkPolicy', 'shop-api', {
      spec: {
        podSelector: { matchLabels: { app: 'shop-api' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '10.64.0.0/16', except: ['10.64.1.0/24'] } }] }],
      },
    }),
    object('networking.k8s.io/v1 Ingress', 'shop', {
      spec: {
        rules: [
          {
            host: 'shop.example',
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend: { service: { name: 'shop-api', port: { name: 'http' } } } },
              ],
            },
          },
        ],
      },
    }),
    object('security.istio.io/v1 PeerAuthentication', 'default', { spec: { mtls: { mode: 'STRICT' } } }),
    object('security.istio.io/v1 AuthorizationPolicy', 'deny-all', { spec: {} }),
    object('security.istio.io/v1 AuthorizationPolicy', 'shop-api', {
      spec: {
        selector: { matchLabels: { app: 'shop-api' } },
        action: 'ALLOW',
        rules: [
          {
            from: [{ source: { principals: ['cluster.local/ns/shop/sa/shop-worker'] } }],
            to: [{ operation: { methods: ['GET'], paths: ['/api/shop/{*}'], ports: ['8080'] } }],
          },
        ],
      },
    }),
    object('security.istio.io/v1 RequestAuthentication', 'tokens', {
      spec: { jwtRules: [{ issuer: 'ticketaka', jwks: '{"keys":[]}' }] },
    }),
    object('networking.istio.io/v1 DestinationRule', 'shop-api', {
      spec: {
        host,
        trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
        subsets: [
          { name: 'stable', labels: { app: 'shop-api' } },
          { name: 'canary', labels: { app: 'shop-api' } },
        ],
      },
    }),
    object('networking.istio.io/v1 VirtualService', 'shop-api', {
      spec: {
        hosts: [host],
        gateways: ['mesh'],
        http: [
          {
            name: 'reads',
            match: [{ method: { regex: 'GET|HEAD' } }],
            retries: { attempts: 2, perTryTimeout: '3s' },
            timeout: '10s',
            route: destinations(['stable', 'canary']),
          },
          {
            name: 'writes',
            retries: { attempts: 0 },
            timeout: '15s',
            route: destinations(['stable', 'canary']),
          },
        ],
      },
    }),
    object('networking.istio.io/v1 Gateway', 'door', {
      spec: {
        selector: { app: 'shop-api' },
        servers: [
          {
            hosts: ['shop/shop.example'],
            port: { number: 80, name: 'http', protocol: 'HTTP' },
            tls: { httpsRedirect: true },
          },
          {
            hosts: ['shop/shop.example'],
            port: { number: 443, name: 'https', protocol: 'HTTPS' },
            tls: { mode: 'SIMPLE', credentialName: 'shop-tls' },
          },
        ],
      },
    }),
    object('cert-manager.io/v1 Certificate', 'shop-tls', {
      spec: { secretName: 'shop-tls', dnsNames: ['shop.example'], issuerRef: { name: 'letsencrypt' } },
    }),
    object('networking.istio.io/v1 ServiceEntry', 'mariadb', {
      spec: {
        hosts: ['mariadb.internal'],
        addresses: ['10.64.0.10/32'],
        ports: [{ number: 3306, name: 'tcp', protocol: 'TCP' }],
      },
    }),
  ];
}
