import type { Service } from '@ticketaka/platform/contract';
import { answersOf, bucketsOf } from '../answers.ts';
import { matching } from '../promql.ts';
import type { RowSpec } from './panels.ts';

const rate = '$__rate_interval';

/** What is sold, in the order in which a buyer meets it. */
export function reservationRows(service: Service): readonly RowSpec[] {
  return [...saleRows(service), pictures(service), refunds(service), door(service)];
}

/** What an operator watches while a sale opens. */
export function saleRows(service: Service): readonly RowSpec[] {
  return [selling(service), waitingRoom(service), money(service)];
}

const of = (service: Service, more: Readonly<Record<string, string>> = {}) =>
  matching({ service: service.name, ...more });

function selling(service: Service): RowSpec {
  const failed = `sum(rate(${answersOf(service, 'hold', { status: '503' })}[1m]))`;
  return {
    title: 'Selling',
    panels: [
      {
        title: 'Holds turned away now',
        description: 'Part of the requests for holds that are answered 503: a store is away, or there is no room.',
        unit: 'percentunit',
        redFrom: 0.01,
        queries: [
          {
            expr: `(${failed} or vector(0)) / sum(rate(${answersOf(service, 'hold')}[1m]))`,
            legend: 'turned away',
          },
        ],
      },
      {
        title: 'Tickets sold',
        description:
          'A second: paid for in time, or free. When it falls to nothing with holds going on, look at payments.',
        unit: 'short',
        queries: [{ expr: `sum(rate(ticketaka_tickets_confirmed_total${of(service)}[${rate}]))`, legend: 'tickets' }],
      },
      {
        title: 'Requests for holds, by answer',
        description:
          '201 holds, 409 seats are gone or a limit is reached, 403 no pass of the waiting room, 503 no room.',
        unit: 'reqps',
        queries: [{ expr: `sum by (status) (rate(${answersOf(service, 'hold')}[${rate}]))`, legend: '{{status}}' }],
      },
      {
        title: 'Holds, as the picture answers',
        description:
          'conflict: somebody was faster; short: too few are left; stale: the picture is missing and is being built. What is known to be sold does not come here.',
        unit: 'short',
        queries: [
          { expr: `sum by (outcome) (rate(ticketaka_seat_holds_total${of(service)}[${rate}]))`, legend: '{{outcome}}' },
        ],
      },
      {
        title: 'Time to hold',
        description: 'The waiting room lets in fewer from 250 ms (p99) on.',
        unit: 's',
        queries: [0.5, 0.99].map((part) => ({
          expr: `histogram_quantile(${part}, sum by (le) (rate(${bucketsOf(service, 'hold')}[${rate}])))`,
          legend: `p${part * 100}`,
        })),
      },
      {
        title: 'Bookings, by answer',
        description: '201 sold, 202 paid or not, that is found out; 402 declined, 404 the hold had ended.',
        unit: 'reqps',
        queries: [{ expr: `sum by (status) (rate(${answersOf(service, 'book')}[${rate}]))`, legend: '{{status}}' }],
      },
    ],
  };
}

function waitingRoom(service: Service): RowSpec {
  return {
    title: 'Waiting room',
    panels: [
      {
        title: 'People waiting',
        description: 'With a number that is not let in yet, by session. Of a draw not before it is made.',
        unit: 'short',
        queries: [{ expr: `max by (session) (ticketaka_waiting_room_waiting${of(service)})`, legend: '{{session}}' }],
      },
      {
        title: 'Let in a second, as it is set',
        description: 'By what is measured, and the limit of the organiser. 0: nothing is left to sell.',
        unit: 'short',
        queries: [{ expr: `max by (session) (ticketaka_waiting_room_rate${of(service)})`, legend: '{{session}}' }],
      },
      {
        title: 'Served up to',
        description: 'The number that is let in. Flat with people waiting and a rate above 0: it stands still.',
        unit: 'short',
        queries: [{ expr: `max by (session) (ticketaka_waiting_room_serving${of(service)})`, legend: '{{session}}' }],
      },
      {
        title: 'Let in, and passes taken',
        description: 'People a second. Who was let in and takes no pass has left.',
        unit: 'short',
        queries: [
          { expr: `sum(rate(ticketaka_waiting_room_admitted_total${of(service)}[${rate}]))`, legend: 'let in' },
          { expr: `sum(rate(ticketaka_waiting_room_passes_total${of(service)}[${rate}]))`, legend: 'passes' },
        ],
      },
      {
        title: 'Entered, by what they met',
        description: 'full: there are more than a queue takes.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (state) (rate(ticketaka_waiting_room_entries_total${of(service)}[${rate}]))`,
            legend: '{{state}}',
          },
        ],
      },
    ],
  };
}

function money(service: Service): RowSpec {
  const claims = of(service, { work: 'claims' });
  return {
    title: 'Payments',
    panels: [
      {
        title: 'Calls of the payment service, by outcome',
        description: 'unknown: no answer, or one that says nothing. What became of it is asked until it is known.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (call, outcome) (rate(ticketaka_payment_calls_total${of(service)}[${rate}]))`,
            legend: '{{call}} {{outcome}}',
          },
        ],
      },
      {
        title: 'Until it answers (p95)',
        description: 'A buyer waits for confirm.',
        unit: 's',
        queries: [
          {
            expr: `histogram_quantile(0.95, sum by (call, le) (rate(ticketaka_payment_call_seconds_bucket${of(service)}[${rate}])))`,
            legend: '{{call}}',
          },
        ],
      },
      {
        title: 'Claims that were looked after',
        description:
          'By what was found: captured is a sale; never, that nothing was paid; not-yet is asked again; contradiction is money of another amount, which goes back.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (found) (rate(ticketaka_reservation_settlements_total${of(service)}[${rate}]))`,
            legend: '{{found}}',
          },
        ],
      },
      {
        title: 'Claims late by',
        description: 'Seats that nobody else can have meanwhile. An alert is made from a minute on.',
        unit: 's',
        queries: [{ expr: `min(ticketaka_due_work_overdue_seconds${claims})`, legend: 'claims' }],
      },
    ],
  };
}

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
