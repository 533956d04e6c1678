import { Histogram } from 'prom-client';
import type { Logger } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const metric = {
  name: 'ticketaka_http_server_request_duration_seconds',
  help: 'Time from the head of a request to the end of its answer',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
} as const;

export interface Answered {
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
  readonly traceparent: string | undefined;
}

interface Series {
  observe(seconds: number): void;
}

/** Makes one log line and one observation of an answered request. */
export type Observe = (answered: Answered) => void;

/**
 * Gives each route its observer. The line has the route's template, never the path or the query, which may be personal;
 * the labels have few values, whatever clients send.
 */
export function requestObserver(log: Logger, { registry }: Pick<Metrics, 'registry'>): (route: string) => Observe {
  const existing = registry.getSingleMetric(metric.name);
  const histogram =
    existing instanceof Histogram
      ? existing
      : new Histogram({
          ...metric,
          labelNames: [...metric.labelNames],
          buckets: [...metric.buckets],
          registers: [registry],
        });
  return (route) => {
    // What has few values is found once for each combination: the series, and the start of the line.
    const combinations = new Map<string, { readonly series: Series; readonly lines: Logger }>();
    const combination = (key: string, method: string, status: number) => {
      // The line has none of the fields that are masked, and looking for them costs more than the rest of it.
      const lines = log.child({ route, method, status }, { redact: [] });
      const made = { series: histogram.labels({ route, method, status: String(status) }), lines };
      combinations.set(key, made);
      return made;
    };
    return ({ method: given, status, milliseconds, requestId, traceparent }) => {
      const method = methods.has(given) ? given : 'other';
      const key = `${method} ${status}`;
      const { series, lines } = combinations.get(key) ?? combination(key, method, status);
      series.observe(milliseconds / 1000);
      const ms = Math.round(milliseconds * 100) / 100;
      lines.info({ ms, requestId, traceId: traceparent?.slice(3, 35) }, 'request');
    };
  };
}
