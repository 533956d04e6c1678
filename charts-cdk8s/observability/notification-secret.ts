import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { Construct } from 'constructs';
import { manifest } from '../constructs/manifest.ts';
import type { Cluster } from '../environment.ts';
import { namespace } from '../names.ts';
import { notificationSecret } from './settings.ts';

export interface NotificationSecretProps {
  readonly secrets: Cluster['secrets'];
}

/** What notifications are sent with: the address of Slack's webhook, which is a secret, and the password of SMTP. */
export class NotificationSecret extends Construct {
  constructor(scope: Construct, id: string, { secrets }: NotificationSecretProps) {
    super(scope, id);
    const { name, slackUrl, smtpPassword } = notificationSecret;
    manifest(
      this,
      'secret',
      new ExternalSecret({
        metadata: { name, namespace },
        spec: {
          refreshInterval: '1h',
          secretStoreRef: { ...secrets.store },
          target: { name, creationPolicy: 'Owner' },
          data: [slackUrl, smtpPassword].map((key) => ({
            secretKey: key,
            remoteRef: { key: `${secrets.path}/alerts`, property: key },
          })),
        },
      }),
    );
  }
}
