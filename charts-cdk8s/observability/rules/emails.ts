import type { Service } from '@ticketaka/platform/contract';
import { matching } from '../promql.ts';
import { alert, type RuleGroup } from './rule.ts';

/** For the service that sends e-mails. */
export function emailGroup(service: Service): RuleGroup {
  const labels = { service: service.name };
  const ended = (state: Readonly<Record<string, string>> = {}) =>
    `sum by (service, class) (rate(ticketaka_emails_total${matching({ ...labels, ...state })}[15m]))`;
  const deferred = `sum by (service, class) (rate(ticketaka_email_deferrals_total${matching(labels)}[15m]))`;
  const common = { labels, dashboard: service.name };
  return {
    name: `${service.name}.emails`,
    rules: [
      alert({
        ...common,
        name: 'EmailsFailing',
        severity: 'warning',
        // Ten of them in a quarter of an hour, so that one wrong address is no alarm.
        expr: `${ended({ state: '!sent' })} / ${ended()} > 0.05 and ${ended({ state: '!sent' })} * 900 > 10`,
        for: '5m',
        summary: '{{ $value | humanizePercentage }} of the {{ $labels.class }} e-mails are not sent',
        description: 'They were refused, given up or had become invalid. Nobody tries them again.',
      }),
      alert({
        ...common,
        name: 'EmailsDeferred',
        severity: 'warning',
        // Before the first is sent there is no series of those that were.
        expr: `${deferred} > (${ended({ state: 'sent' })} or ${deferred} * 0)`,
        for: '15m',
        summary: 'More {{ $labels.class }} e-mails are put off than sent',
        description: 'The SMTP server does not take them now. They are tried again for as long as their class allows.',
      }),
      alert({
        ...common,
        name: 'CodesLate',
        severity: 'critical',
        expr: `histogram_quantile(0.9, sum by (service, le) (rate(ticketaka_email_seconds_bucket${matching({ ...labels, class: 'auth' })}[10m]))) > 60`,
        for: '10m',
        summary: 'A code takes {{ $value | humanizeDuration }} until the SMTP server has it',
        description: 'Codes are valid for five minutes: people cannot sign up, or get back into their accounts.',
      }),
    ],
  };
}
