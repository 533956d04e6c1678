import { stringify } from 'yaml';
import { settings } from './settings.ts';

interface ConfigMap {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Without a health of Applications, the waves of an Application of Applications pass without waiting
 * (https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app). And since Argo CD 3.4 an object that is
 * missing no longer makes its Application unhealthy, so that one which is not in sync has to count as under way.
 */
const applicationHealth = `hs = { status = "Progressing", message = "" }
if obj.status ~= nil and obj.status.health ~= nil and obj.status.health.status ~= nil then
  hs.status = obj.status.health.status
  if obj.status.health.message ~= nil then
    hs.message = obj.status.health.message
  end
  if hs.status == "Healthy" and (obj.status.sync == nil or obj.status.sync.status ~= "Synced") then
    hs.status = "Progressing"
    hs.message = "not in sync yet"
  end
end
return hs
`;

/** Keys of Argo CD's own ConfigMap. It has others, so this is applied server-side, by key. */
export function argocdConfiguration(): ConfigMap {
  return configMap('argocd-cm', {
    'resource.customizations.health.argoproj.io_Application': applicationHealth,
    // The API server writes 0.1 for 100m: as pods, the quantities of a Rollout are compared by what they mean.
    'resource.customizations.knownTypeFields.argoproj.io_Rollout': stringify([
      { field: 'spec.template.spec', type: 'core/v1/PodSpec' },
    ]),
    'application.resourceTrackingMethod': 'annotation',
  });
}

/** Who hears what. The token is in the Secret `argocd-notifications-secret`, which External Secrets fills. */
export function notifications(environment: string): ConfigMap {
  const link = '{{.context.argocdUrl}}/applications/{{.app.metadata.name}}';
  const message = (emoji: string, text: string) =>
    stringify({ message: `${emoji} *{{.app.metadata.name}}* ${text} (<${link}|Argo CD>)` });
  return configMap('argocd-notifications-cm', {
    context: stringify({ argocdUrl: settings.url(environment) }),
    'service.slack': stringify({ token: '$slack-token' }),
    subscriptions: stringify([
      {
        recipients: [`slack:${settings.channel(environment)}`],
        triggers: ['on-deployed', 'on-degraded', 'on-sync-failed'],
        selector: 'app.kubernetes.io/part-of=ticketaka',
      },
    ]),
    'template.deployed': message(':white_check_mark:', 'runs {{.app.status.sync.revision}}'),
    'template.degraded': message(
      ':x:',
      'is degraded. A canary that was aborted stays so until git asks for another image: `npm run gitops -- rollback`',
    ),
    'template.sync-failed': message(':x:', 'could not be synced: {{.app.status.operationState.message}}'),
    'trigger.on-deployed': trigger({
      when: "app.status.operationState != nil and app.status.operationState.phase == 'Succeeded' and app.status.health.status == 'Healthy'",
      send: 'deployed',
      oncePer: 'app.status.operationState?.syncResult?.revision',
    }),
    'trigger.on-degraded': trigger({ when: "app.status.health.status == 'Degraded'", send: 'degraded' }),
    'trigger.on-sync-failed': trigger({
      when: "app.status.operationState != nil and app.status.operationState.phase in ['Error', 'Failed']",
      send: 'sync-failed',
    }),
  });
}

function trigger(options: { readonly when: string; readonly send: string; readonly oncePer?: string }): string {
  return stringify([{ ...options, send: [options.send] }]);
}

function configMap(name: string, data: ConfigMap['data']): ConfigMap {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'argocd' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: settings.namespace, labels }, data };
}
