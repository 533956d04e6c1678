import type { Service } from '@ticketaka/platform/contract';
import { answersOf } from '../answers.ts';
import { grown, matching } from '../promql.ts';
import { type AlertingRule, alert, type RuleGroup } from './rule.ts';

/** For the service that sells: seats that are true, money that is known, and a queue that moves. */
export function reservationGroup(service: Service): RuleGroup {
  return {
    name: `${service.name}.sale`,
    rules: [...holds(service), ...payments(service), ...refunds(service), waitingRoom(service)],
  };
}

function about(service: Service) {
  return { labels: { service: service.name }, dashboard: service.name };
}

function holds(service: Service): AlertingRule[] {
  const common = about(service);
  const answered = (more: Readonly<Record<string, string>> = {}) =>
    `sum by (service) (rate(${answersOf(service, 'hold', more)}[5m]))`;
  const pictured = (more: Readonly<Record<string, string>> = {}) =>
    `sum by (service) (rate(ticketaka_seat_holds_total${matching({ ...common.labels, ...more })}[5m]))`;
  return [
    alert({
      ...common,
      name: 'PictureDiffers',
      severity: 'warning',
      // Each comparison puts right what it finds, so one that finds nothing may lie between two that do.
      expr: `max by (service) (max_over_time(ticketaka_image_drift_units${matching(common.labels)}[2m])) > 0`,
      for: '5m',
      summary: 'The picture of seats differs from MariaDB again and again, by {{ $value }} units',
      description:
        'Each comparison puts it right. Nobody is sold a seat twice; but free seats are shown as sold, or buyers meet a refusal when they pay.',
    }),
    alert({
      ...common,
      name: 'HoldsTurnedAway',
      severity: 'critical',
      expr: `${answered({ status: '503' })} / ${answered()} > 0.05 and ${answered({ status: '503' })} > 0.1`,
      for: '2m',
      summary: '{{ $value | humanizePercentage }} of those who want seats are turned away with 503',
      description: 'A store is away, or there is not enough room. People cannot buy.',
    }),
    alert({
      ...common,
      name: 'HoldsStale',
      severity: 'warning',
      expr: `${pictured({ outcome: 'stale' })} / ${pictured()} > 0.1 and ${pictured({ outcome: 'stale' })} > 0.1`,
      for: '5m',
      summary: 'Holds meet no picture of their session, {{ $value | humanizePercentage }} of them',
      description: 'Pictures are lost, or built anew, again and again. Each time the holds of that session are void.',
    }),
  ];
}

function payments(service: Service): AlertingRule[] {
  const common = about(service);
  const confirmed = (window: string, more: Readonly<Record<string, string>> = {}) =>
    `sum by (service) (rate(ticketaka_payment_calls_total${matching({ ...common.labels, call: 'confirm', ...more })}[${window}]))`;
  const unknown = confirmed('5m', { outcome: 'unknown' });
  const declined = confirmed('15m', { outcome: 'declined' });
  return [
    alert({
      ...common,
      name: 'PaymentsUnknown',
      severity: 'critical',
      // Five in five minutes, so that one lost answer at night wakes nobody.
      expr: `${unknown} / ${confirmed('5m')} > 0.1 and ${unknown} * 300 > 5`,
      for: '2m',
      summary: 'Of {{ $value | humanizePercentage }} of the payments nobody knows what became',
      description:
        'The payment service does not answer, or not clearly. Seats are kept and it is asked again; buyers are told to wait.',
    }),
    alert({
      ...common,
      name: 'PaymentsDeclined',
      severity: 'warning',
      expr: `${declined} / ${confirmed('15m')} > 0.5 and ${declined} * 900 > 20`,
      for: '10m',
      summary: '{{ $value | humanizePercentage }} of the payments are declined',
      description: 'Usually a few in a hundred are. Either our account or request is wrong, or a card issuer is down.',
    }),
    alert({
      ...common,
      name: 'ClaimsOverdue',
      severity: 'critical',
      expr: `min by (service, work) (ticketaka_due_work_overdue_seconds${matching({ ...common.labels, work: 'claims' })}) > 60`,
      for: '2m',
      summary: 'Claims are looked after {{ $value | humanizeDuration }} late',
      description: 'Seats that nobody pays for are kept from others, and money that was taken is not known as a sale.',
    }),
  ];
}

function refunds(service: Service): AlertingRule[] {
  const common = about(service);
  const refused = `ticketaka_refunds_total${matching({ ...common.labels, state: 'refused' })}`;
  const deferred = `sum by (service) (rate(ticketaka_refund_deferrals_total${matching(common.labels)}[30m]))`;
  const done = `sum by (service) (rate(ticketaka_refunds_total${matching({ ...common.labels, state: 'done' })}[30m]))`;
  return [
    alert({
      ...common,
      name: 'RefundsRefused',
      severity: 'warning',
      expr: `${grown(refused, 'service', '1d')} > 0`,
      for: '0m',
      summary: '{{ $value }} refunds were refused by the payment service within a day',
      description: 'We owe this money and do not try again by ourselves: it has to be given back by hand.',
    }),
    alert({
      ...common,
      name: 'RefundsDeferred',
      severity: 'warning',
      // Before the first is made there is no series of those that were.
      expr: `${deferred} > (${done} or ${deferred} * 0)`,
      for: '30m',
      summary: 'More attempts at refunds are put off than refunds are made',
      description: 'The payment service does not take them now. Each is tried again until it is made.',
    }),
  ];
}

function waitingRoom(service: Service): AlertingRule {
  const common = about(service);
  const of = (metric: string) => `ticketaka_waiting_room_${metric}${matching(common.labels)}`;
  const work = matching({ ...common.labels, work: 'waiting rooms' });
  const failed = matching({ ...common.labels, work: 'waiting rooms', outcome: 'failed' });
  const serving = `max by (service, session) (${of('serving')})`;
  const before = `min by (service, session) (min_over_time(${of('serving')}[2m]))`;
  // Where nothing is left to sell the rate is 0, and nobody is to be let in.
  const still = `(${serving} == ${before}) and max by (service, session) (${of('waiting')}) > 0 and max by (service, session) (${of('rate')}) > 0.05`;
  const late = `min by (service, work) (ticketaka_due_work_overdue_seconds${work}) > 30`;
  const failing = `sum by (service, work) (rate(ticketaka_due_work_handled_total${failed}[2m])) > 0.1`;
  return alert({
    ...common,
    name: 'WaitingRoomStalled',
    severity: 'critical',
    expr: `(${still}) or (${late}) or (${failing})`,
    for: '2m',
    summary: 'A waiting room lets nobody in{{ if $labels.session }}: session {{ $labels.session }}{{ end }}',
    description: 'People wait, there is something to sell, and their turn does not come.',
  });
}
