import type { Service } from '@ticketaka/platform/contract';
import { matching, oneOf } from '../promql.ts';
import type { RowSpec } from './panels.ts';
import { reservationRows } from './reservation.ts';

const rate = '$__rate_interval';

/** Rows about what only one service does. */
export function particularRows(service: Service): readonly RowSpec[] {
  return particular[service.name]?.(service) ?? [];
}

const particular: Readonly<Record<string, (service: Service) => readonly RowSpec[]>> = {
  auth: (service) => [signIn(service)],
  mail: (service) => [emails(service)],
  performances: (service) => [catalogue(service), collector(service)],
  reservation: reservationRows,
};

export function signIn(service: Service): RowSpec {
  const routes = ['login', 'refresh'].flatMap((name) => service.api?.routes[name]?.fullPath ?? []);
  const labels = matching({ service: service.name, route: oneOf(routes) });
  return {
    title: 'Sign-in',
    panels: [
      {
        title: 'Attempts by outcome',
        description: '401 is a wrong password or token, 429 the limit of an account or address.',
        unit: 'reqps',
        queries: [
          {
            expr: `sum by (route, status) (rate(ticketaka_http_server_request_duration_seconds_count${labels}[${rate}]))`,
            legend: '{{route}} {{status}}',
          },
        ],
      },
      {
        title: 'Argon2id computations',
        description: 'Each takes a core for some 20 ms; they are what a login costs.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (kind) (rate(ticketaka_auth_password_work_total${matching({ service: service.name })}[${rate}]))`,
            legend: '{{kind}}',
          },
        ],
      },
      {
        title: 'Age of the key that signs',
        description: 'It is changed every quarter; an alert is made after 100 days.',
        unit: 's',
        queries: [
          {
            expr: `max by (pod) (ticketaka_signing_key_age_seconds${matching({ service: service.name })})`,
            legend: '{{pod}}',
          },
        ],
      },
    ],
  };
}

export function emails(service: Service): RowSpec {
  const labels = matching({ service: service.name });
  return {
    title: 'E-mails',
    panels: [
      {
        title: 'E-mails by outcome',
        description: 'Sent: the SMTP server has taken it.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (class, state) (rate(ticketaka_emails_total${labels}[${rate}]))`,
            legend: '{{class}} {{state}}',
          },
        ],
      },
      {
        title: 'Put off',
        description: 'Attempts that the SMTP server answered with later, or not at all.',
        unit: 'short',
        queries: [
          { expr: `sum by (class) (rate(ticketaka_email_deferrals_total${labels}[${rate}]))`, legend: '{{class}}' },
        ],
      },
      {
        title: 'From the request to the SMTP server (p90)',
        description: 'A code is valid for five minutes.',
        unit: 's',
        queries: [
          {
            expr: `histogram_quantile(0.9, sum by (class, le) (rate(ticketaka_email_seconds_bucket${labels}[${rate}])))`,
            legend: '{{class}}',
          },
        ],
      },
    ],
  };
}

export function catalogue(service: Service): RowSpec {
  const labels = matching({ service: service.name });
  const age = (metric: string) => `time() - max by (pod) (ticketaka_${metric}${labels})`;
  return {
    title: 'Catalogue',
    panels: [
      {
        title: 'Behind by',
        description: 'Seconds of changes that may be missing, 0 while none are.',
        unit: 's',
        queries: [{ expr: `max by (pod) (ticketaka_catalogue_behind_seconds${labels})`, legend: '{{pod}}' }],
      },
      {
        title: 'Performances in memory',
        description: 'All replicas should hold the same number.',
        unit: 'short',
        queries: [{ expr: `max by (pod) (ticketaka_catalogue_performances${labels})`, legend: '{{pod}}' }],
      },
      {
        title: 'Compared with MariaDB, written to disk',
        description: 'How long ago. It compares every half minute, and writes a snapshot when there is something new.',
        unit: 's',
        queries: [
          { expr: age('catalogue_compared_timestamp_seconds'), legend: 'compared {{pod}}' },
          { expr: age('catalogue_snapshot_timestamp_seconds'), legend: 'written {{pod}}' },
        ],
      },
      {
        title: 'Found by comparison, in an hour',
        description: 'Changes that the feed had not brought yet. Many: the feed is slow or loses messages.',
        unit: 'short',
        queries: [
          { expr: `sum by (pod) (increase(ticketaka_catalogue_differences_total${labels}[1h]))`, legend: '{{pod}}' },
        ],
      },
      {
        title: 'Newest change',
        description: 'How long ago the newest change in each replica was made.',
        unit: 's',
        queries: [{ expr: age('catalogue_changed_timestamp_seconds'), legend: '{{pod}}' }],
      },
    ],
  };
}

function collector(service: Service): RowSpec {
  const labels = matching({ service: service.name });
  return {
    title: 'Collector',
    panels: [
      {
        title: 'Runs, by how they ended',
        description: 'Since the process started.',
        unit: 'short',
        queries: [{ expr: `sum by (state) (ticketaka_collector_runs_total${labels})`, legend: '{{state}}' }],
      },
      {
        title: 'Records in a day, by what became of them',
        description: 'Rejected ones are kept with the reason, for an admin to look at.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (outcome) (increase(ticketaka_collector_records_total${labels}[1d]))`,
            legend: '{{outcome}}',
          },
        ],
      },
    ],
  };
}
