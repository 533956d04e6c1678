import type { AlertCase } from './alert-case.ts';
import { duration, gauge, login } from './series.ts';

/** What only one service does. */
export const serviceCases: readonly AlertCase[] = [
  {
    name: 'is tried with many passwords',
    series: [{ series: `${duration}_count{${login},status="401"}`, values: '0+300x60' }],
    at: '30m',
    fires: ['LoginFailures warning'],
  },
  {
    name: 'turns away somebody who tries too often',
    series: [{ series: `${duration}_count{${login},status="429"}`, values: '0+300x60' }],
    at: '30m',
    fires: ['LoginsTurnedAway warning'],
  },
  {
    name: 'cannot send one e-mail in ten',
    series: [
      {
        series: 'ticketaka_emails_total{service="mail",workload="worker",class="auth",state="sent"}',
        values: '0+54x60',
      },
      {
        series: 'ticketaka_emails_total{service="mail",workload="worker",class="auth",state="failed"}',
        values: '0+6x60',
      },
    ],
    at: '30m',
    fires: ['EmailsFailing warning'],
  },
  {
    name: 'has an SMTP server that says later',
    series: [
      {
        series: 'ticketaka_email_deferrals_total{service="mail",workload="worker",class="realtime"}',
        values: '0+60x60',
      },
      {
        series: 'ticketaka_emails_total{service="mail",workload="worker",class="realtime",state="sent"}',
        values: '0+6x60',
      },
    ],
    at: '40m',
    fires: ['EmailsDeferred warning'],
  },
  {
    name: 'has an SMTP server that says later to all since its worker started',
    series: [
      {
        series: 'ticketaka_email_deferrals_total{service="mail",workload="worker",class="realtime"}',
        values: '0+60x60',
      },
    ],
    at: '40m',
    fires: ['EmailsDeferred warning'],
  },
  {
    name: 'sends codes late',
    series: ['60', '300', '3600', '+Inf'].map((le) => ({
      series: `ticketaka_email_seconds_bucket{service="mail",workload="worker",class="auth",le="${le}"}`,
      values: le === '60' ? '0+6x60' : '0+60x60',
    })),
    at: '30m',
    fires: ['CodesLate critical'],
  },
  {
    name: 'has a replica of the catalogue that hears nothing',
    series: [
      gauge(
        'ticketaka_catalogue_behind_seconds{service="performances",workload="catalogue",pod="catalogue-a"}',
        '0+60x30',
      ),
    ],
    at: '15m',
    fires: ['CatalogueBehind warning'],
  },
  {
    name: 'has an empty catalogue',
    series: [
      gauge('ticketaka_catalogue_performances{service="performances",workload="catalogue",pod="catalogue-a"}', '0x30'),
    ],
    at: '15m',
    fires: ['CatalogueEmpty critical'],
  },
  {
    name: 'has a feed that loses messages',
    series: [
      gauge(
        'ticketaka_catalogue_differences_total{service="performances",workload="catalogue",pod="catalogue-a"}',
        '0+2x60',
      ),
    ],
    at: '40m',
    fires: ['CatalogueDiffers warning'],
  },
  {
    name: 'has a collector whose first run fails',
    series: [
      gauge(
        'ticketaka_collector_runs_total{service="performances",workload="collector",state="failed",pod="collector-a"}',
        '_x10 0x1 1x60',
      ),
    ],
    at: '30m',
    fires: ['CollectorRunFailed warning'],
  },
  {
    name: 'signs with a key that should have been changed',
    series: [gauge(`ticketaka_signing_key_age_seconds{service="auth",workload="api",pod="auth-a"}`, '8640060+60x90')],
    at: '75m',
    fires: ['SigningKeyOld warning'],
  },
];
