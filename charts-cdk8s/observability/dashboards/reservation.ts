import type { Service } from '@ticketaka/platform/contract';
import { bucketsOf } from '../answers.ts';
import { matching } from '../promql.ts';
import type { RowSpec } from './panels.ts';
import { saleRows } from './sale.ts';

const rate = '$__rate_interval';

/** What is sold, in the order in which a buyer meets it. */
export function reservationRows(service: Service): readonly RowSpec[] {
  return [...saleRows(service), pictures(service), refunds(service), told(service), door(service), clocks(service)];
}

const of = (service: Service, more: Readonly<Record<string, string>> = {}) =>
  matching({ service: service.name, ...more });

function pictures(service: Service): RowSpec {
  return {
    title: 'Pictures of sessions',
    panels: [
      {
        title: 'Wrong units',
        description: 'Found by the last comparison with MariaDB, and put right. Should be none.',
        unit: 'short',
        queries: [{ expr: `max by (pod) (ticketaka_image_drift_units${of(service)})`, legend: '{{pod}}' }],
      },
      {
        title: 'Built anew, in ten minutes',
        description: 'Once for a session that opens. All of them at once: Redis was lost.',
        unit: 'short',
        queries: [{ expr: `sum(increase(ticketaka_seat_rebuild_seconds_count${of(service)}[10m]))`, legend: 'built' }],
      },
      {
        title: 'Time to build one (p95)',
        description: 'Buyers of that session wait meanwhile. 50,000 units take two seconds at most.',
        unit: 's',
        queries: [
          {
            expr: `histogram_quantile(0.95, sum by (le) (rate(ticketaka_seat_rebuild_seconds_bucket${of(service)}[${rate}])))`,
            legend: 'p95',
          },
        ],
      },
      {
        title: 'Taken by replicas to show',
        description:
          'opened: somebody asked for that session first; lost or gap: the replica did not keep up with Redis.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (why) (rate(ticketaka_availability_snapshots_total${of(service)}[${rate}]))`,
            legend: '{{why}}',
          },
        ],
      },
    ],
  };
}

function refunds(service: Service): RowSpec {
  return {
    title: 'Refunds',
    panels: [
      {
        title: 'Refused, last day',
        description: 'They have to be made by hand.',
        unit: 'short',
        redFrom: 1,
        queries: [
          {
            expr: `sum(increase(ticketaka_refunds_total${of(service, { state: 'refused' })}[1d])) or vector(0)`,
            legend: 'refused',
          },
        ],
      },
      {
        title: 'Ended, in ten minutes',
        description: 'done: the payment service has made it. The mail follows.',
        unit: 'short',
        queries: [
          { expr: `sum by (state) (increase(ticketaka_refunds_total${of(service)}[10m]))`, legend: '{{state}}' },
        ],
      },
      {
        title: 'Put off, in ten minutes',
        description: 'Attempts that are repeated, first after seconds, at last every hour.',
        unit: 'short',
        queries: [{ expr: `sum(increase(ticketaka_refund_deferrals_total${of(service)}[10m]))`, legend: 'attempts' }],
      },
      {
        title: 'Refunds, cancelled sessions: late by',
        description: 'How long the one that is longest due has been due.',
        unit: 's',
        queries: [
          {
            expr: `min by (work) (ticketaka_due_work_overdue_seconds${of(service, { work: '~refunds|session cancellations' })})`,
            legend: '{{work}}',
          },
        ],
      },
    ],
  };
}

function told(service: Service): RowSpec {
  return {
    title: 'Waitlists, and mails to buyers',
    panels: [
      {
        title: 'Offers to those who wait, in ten minutes',
        description:
          'made: seats that came back were offered; ended: nobody took them in time, and the next one is asked.',
        unit: 'short',
        queries: [
          { expr: `sum by (what) (increase(ticketaka_waitlist_offers_total${of(service)}[10m]))`, legend: '{{what}}' },
        ],
      },
      {
        title: 'Late by',
        description: 'Notices are mails about a booking, reminders those of the day before.',
        unit: 's',
        queries: [
          {
            expr: `min by (work) (ticketaka_due_work_overdue_seconds${of(service, { work: '~waitlists|notices|reminders' })})`,
            legend: '{{work}}',
          },
        ],
      },
    ],
  };
}

function door(service: Service): RowSpec {
  return {
    title: 'At the door',
    panels: [
      {
        title: 'Scans, by answer',
        description: 'A second. already: with a ticket that somebody has gone in with; superseded: with an old code.',
        unit: 'short',
        queries: [
          { expr: `sum by (outcome) (rate(ticketaka_check_ins_total${of(service)}[${rate}]))`, legend: '{{outcome}}' },
        ],
      },
      {
        title: 'Time to answer a scan (p95)',
        description: 'People stand before the gate.',
        unit: 's',
        queries: [
          {
            expr: `histogram_quantile(0.95, sum by (le) (rate(${bucketsOf(service, 'checkIn')}[${rate}])))`,
            legend: 'p95',
          },
        ],
      },
    ],
  };
}

function clocks(service: Service): RowSpec {
  return {
    title: 'Clocks',
    panels: [
      {
        title: 'Ahead of MariaDB',
        description:
          'Sales open and close by MariaDB, so that this does no harm. The clock of such a machine wants mending.',
        unit: 's',
        queries: [{ expr: `max by (pod) (ticketaka_clock_ahead_seconds${of(service)})`, legend: '{{pod}}' }],
      },
    ],
  };
}
