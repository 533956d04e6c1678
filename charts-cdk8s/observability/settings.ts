/** What differs between two places that are watched. */
export interface Monitoring {
  /** Channels of Slack: whoever is on call reads the first, everybody the second. */
  readonly slack: { readonly critical: string; readonly warning: string };
  readonly email: {
    /** Who is on call. */
    readonly to: string;
    readonly from: string;
    /** `smtp.example:587`; STARTTLS is required. */
    readonly server: string;
    readonly user: string;
  };
  /** Where people see Grafana. */
  readonly grafana: string;
}

/** The secret beside the notifications' configuration, which External Secrets fills. */
export const notificationSecret = {
  name: 'alert-notifications',
  slackUrl: 'slack-webhook-url',
  smtpPassword: 'smtp-password',
} as const;
