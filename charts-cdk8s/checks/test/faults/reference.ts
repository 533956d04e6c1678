import { container, type Fault, pod, rollout, worker } from './fault.ts';

/** What nothing in the cluster would be found for. */
export const referenceFaults: Readonly<Record<string, Fault>> = {
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
};
