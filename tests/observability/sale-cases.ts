import type { AlertCase } from './alert-case.ts';
import { duration } from './series.ts';

const api = 'service="reservation",workload="api",pod="reservation-a"';
const worker = 'service="reservation",workload="worker",pod="reservation-a"';
const hold = `ticketaka_http_server_request_duration_seconds_count{${api},route="/api/reservations/holds",method="POST"`;
const confirm = `ticketaka_payment_calls_total{${api},call="confirm"`;
const queue = `{${worker},session="moving"}`;
const listing = `${api},route="/api/reservations/{reservationId}",method="GET",status="200"`;
const booking = `${api},route="/api/reservations",method="POST",status="201"`;
/** Enough of them to say something: what callers see of it. */
const asked = {
  series:
    'istio_requests_total{reporter="source",destination_service_name="reservation-api",destination_service_namespace="ticketaka",response_code="200"}',
  values: '0+60x70',
};

/** A platform whose sale is sick. */
export const saleCases: readonly AlertCase[] = [
  {
    name: 'finds its picture of seats wrong in every other comparison',
    series: [{ series: `ticketaka_image_drift_units{${worker}}`, values: '0x10 2 0 3 0 1 0 4 0 2 0 1 0 3 0 2 0 1' }],
    at: '22m',
    fires: ['PictureDiffers warning'],
  },
  {
    name: 'found its picture of seats wrong once, and put it right',
    series: [{ series: `ticketaka_image_drift_units{${worker}}`, values: '0x10 40 0x60' }],
    at: '15m',
    fires: [],
  },
  {
    name: 'turns away every tenth buyer',
    series: [{ series: `${hold},status="503"}`, values: '0+170x60' }],
    at: '20m',
    fires: ['HoldsTurnedAway critical'],
  },
  {
    name: 'turned away its only buyer of the night',
    series: [
      { series: `${hold},status="201"}`, values: '0x60' },
      { series: `${hold},status="409"}`, values: '0x60' },
      { series: `${hold},status="503"}`, values: '0x20 1x40' },
    ],
    at: '23m',
    fires: [],
  },
  {
    name: 'loses its pictures of seats again and again',
    series: [{ series: `ticketaka_seat_holds_total{${api},outcome="stale"}`, values: '0+200x60' }],
    at: '20m',
    fires: ['HoldsStale warning'],
  },
  {
    name: 'has a payment service that does not answer',
    series: [
      { series: `${confirm},outcome="approved"}`, values: '0+500x10 5000x60' },
      { series: `${confirm},outcome="unknown"}`, values: '0x10 0+80x60' },
    ],
    at: '20m',
    fires: ['PaymentsUnknown critical'],
  },
  {
    name: 'lost one answer of the payment service at night',
    series: [
      { series: `${confirm},outcome="approved"}`, values: '0x60' },
      { series: `${confirm},outcome="declined"}`, values: '0x60' },
      { series: `${confirm},outcome="unknown"}`, values: '0x20 1x40' },
    ],
    at: '23m',
    fires: [],
  },
  {
    name: 'has most of its payments declined',
    series: [{ series: `${confirm},outcome="declined"}`, values: '0+900x60' }],
    at: '40m',
    fires: ['PaymentsDeclined warning'],
  },
  {
    name: 'lets buyers wait for the payment service, and nobody else',
    series: [
      asked,
      { series: `${duration}_bucket{${listing},le="0.5"}`, values: '0+60x70' },
      { series: `${duration}_count{${listing}}`, values: '0+60x70' },
      { series: `${duration}_bucket{${booking},le="0.5"}`, values: '0x70' },
      { series: `${duration}_count{${booking}}`, values: '0+60x70' },
    ],
    at: '65m',
    fires: [],
  },
  {
    name: 'lets everybody wait who looks at a reservation',
    series: [
      asked,
      { series: `${duration}_bucket{${listing},le="0.5"}`, values: '0x70' },
      { series: `${duration}_count{${listing}}`, values: '0+600x70' },
    ],
    at: '65m',
    fires: ['LatencyBudgetBurnFast critical', 'LatencyBudgetBurnSlow warning'],
  },
  {
    name: 'does not look after claims',
    series: [{ series: `ticketaka_due_work_overdue_seconds{${worker},work="claims"}`, values: '0+30x40' }],
    at: '20m',
    fires: ['ClaimsOverdue critical', 'DueWorkOverdue warning'],
  },
  {
    name: 'is refused its first refund',
    series: [{ series: `ticketaka_refunds_total{${worker},state="refused"}`, values: '_x10 1x60' }],
    at: '15m',
    fires: ['RefundsRefused warning'],
  },
  {
    name: 'cannot make any refund',
    series: [
      { series: `ticketaka_refunds_total{${worker},state="done"}`, values: '_x120' },
      { series: `ticketaka_refund_deferrals_total{${worker}}`, values: '0+20x120' },
    ],
    at: '70m',
    fires: ['RefundsDeferred warning'],
  },
  {
    name: 'has a queue that stands still while there is something to sell',
    series: [
      { series: `ticketaka_waiting_room_waiting${queue}`, values: '90000-300x10 87000+5x60' },
      { series: `ticketaka_waiting_room_serving${queue}`, values: '0+300x10 3000x60' },
    ],
    at: '20m',
    fires: ['WaitingRoomStalled critical'],
  },
  {
    name: 'has queues that nobody moves',
    series: [
      { series: `ticketaka_due_work_overdue_seconds{${worker},work="waiting rooms"}`, values: '0x10 0+60x2 100x60' },
      { series: `ticketaka_waiting_room_waiting${queue}`, values: '90000-300x10 stale' },
      { series: `ticketaka_waiting_room_serving${queue}`, values: '0+300x10 stale' },
      { series: `ticketaka_waiting_room_rate${queue}`, values: '5x10 stale' },
    ],
    at: '20m',
    fires: ['WaitingRoomStalled critical'],
  },
  {
    name: 'has a queue whose steps fail',
    series: [
      {
        series: `ticketaka_due_work_handled_total{${worker},work="waiting rooms",outcome="failed"}`,
        values: '0x10 0+60x60',
      },
    ],
    at: '20m',
    fires: ['WaitingRoomStalled critical'],
  },
];
