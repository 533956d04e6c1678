import type { AlertCase } from './alert-case.ts';
import type { Series } from './promtool.ts';
import { duration, login } from './series.ts';

const toAuth = 'reporter="source",destination_service_name="auth-api",destination_service_namespace="ticketaka"';

/** 60 requests a minute, of which a part fails, for as long as the case goes on. */
function failing(part: number, minutes: number): readonly Series[] {
  return [
    { series: `istio_requests_total{${toAuth},response_code="200"}`, values: `0+${60 * (1 - part)}x${minutes}` },
    { series: `istio_requests_total{${toAuth},response_code="503"}`, values: `0+${60 * part}x${minutes}` },
  ];
}

/** What was promised to callers. */
export const objectiveCases: readonly AlertCase[] = [
  {
    name: 'fails two requests in a hundred: the budget of a month is gone in two days',
    series: failing(0.02, 180),
    at: '3h',
    fires: ['ErrorBudgetBurnFast critical', 'ErrorBudgetBurnSlow warning'],
  },
  {
    name: 'fails four requests in a thousand: in a week',
    series: failing(0.004, 180),
    at: '3h',
    fires: ['ErrorBudgetBurnSlow warning'],
  },
  {
    name: 'failed for ten minutes, and does no more',
    series: [
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0+60x180' },
      { series: `istio_requests_total{${toAuth},response_code="503"}`, values: '0x60 6+6x10 66x200' },
    ],
    at: '115m',
    // Nobody is woken any more. Of a day that has only had two hours it was much, though.
    fires: ['ErrorBudgetBurnSlow warning'],
  },
  {
    name: 'fails its only request of the night',
    series: [
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0x180' },
      { series: `istio_requests_total{${toAuth},response_code="503"}`, values: '0x120 1x60' },
    ],
    at: '123m',
    fires: [],
  },
  {
    name: 'answers every fifth request late',
    series: [
      { series: `${duration}_bucket{${login},status="200",le="0.5"}`, values: '0+48x180' },
      { series: `${duration}_count{${login},status="200"}`, values: '0+60x180' },
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0+60x180' },
    ],
    at: '3h',
    fires: ['LatencyBudgetBurnFast critical', 'LatencyBudgetBurnSlow warning'],
  },
  {
    name: 'answers four requests in a hundred late',
    series: [
      { series: `${duration}_bucket{${login},status="200",le="0.5"}`, values: '0+57.6x180' },
      { series: `${duration}_count{${login},status="200"}`, values: '0+60x180' },
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0+60x180' },
    ],
    at: '3h',
    fires: ['LatencyBudgetBurnSlow warning'],
  },
];
