import { Construct } from 'constructs';
import { KeptSecret } from '../constructs/kept-secret.ts';
import type { Secrets } from '../environment.ts';
import { notificationSecret } from './settings.ts';

export interface NotificationSecretProps {
  readonly secrets: Secrets;
}

/** What notifications are sent with: the address of Slack's webhook, which is a secret, and the password of SMTP. */
export class NotificationSecret extends Construct {
  constructor(scope: Construct, id: string, { secrets }: NotificationSecretProps) {
    super(scope, id);
    const { name, slackUrl, smtpPassword } = notificationSecret;
    const properties = Object.fromEntries([slackUrl, smtpPassword].map((key) => [key, key]));
    new KeptSecret(this, 'kept', { contents: { name, entry: 'alerts', properties }, secrets });
  }
}
