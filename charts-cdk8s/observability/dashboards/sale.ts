import type { Service } from '@ticketaka/platform/contract';
import { answersOf, bucketsOf } from '../answers.ts';
import { matching } from '../promql.ts';
import type { RowSpec } from './panels.ts';

const rate = '$__rate_interval';

/** What an operator watches while a sale opens: seats, the queue before them, and money. */
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
