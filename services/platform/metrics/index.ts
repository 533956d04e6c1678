import { Counter, collectDefaultMetrics, Gauge, Histogram, type Metric, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram } from 'prom-client';

/**
 * The metrics of one workload. Names are prefixed `ticketaka_`; labels must have few values. A name that is there already
 * gives that metric, and throws when it is of another kind.
 */
export interface Metrics {
  readonly registry: Registry;
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  /** A gauge of one part, which is asked for its value whenever the metrics are read. */
  observableGauge(name: string, help: string, read: () => number): void;
  /** Buckets are in seconds. @default 1 ms to 10 s, about three a decade */
  histogram<L extends string>(name: string, help: string, options?: HistogramOptions<L>): Histogram<L>;
}

export interface HistogramOptions<L extends string> {
  readonly labels?: readonly L[];
  readonly buckets?: readonly number[];
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricsOptions {
  readonly service: string;
  readonly workload: string;
  /** Event-loop, memory and garbage-collection figures of the process. @default true */
  readonly ofProcess?: boolean;
}

export function createMetrics({ service, workload, ofProcess = true }: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service, workload });
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const registered = <M extends Metric>(kind: new (...options: never[]) => M, name: string): M | undefined => {
    const metric = registry.getSingleMetric(`ticketaka_${name}`);
    if (metric && !(metric instanceof kind)) throw new TypeError(`ticketaka_${name} is a metric of another kind`);
    return metric;
  };
  return {
    registry,
    counter: (name, help, labels = []) =>
      registered(Counter, name) ?? new Counter({ name: `ticketaka_${name}`, help, labelNames: labels, registers }),
    gauge: (name, help, labels = []) =>
      registered(Gauge, name) ?? new Gauge({ name: `ticketaka_${name}`, help, labelNames: labels, registers }),
    observableGauge(name, help, read) {
      const gauge = new Gauge({
        name: `ticketaka_${name}`,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      });
      registry.registerMetric(gauge);
    },
    histogram: (name, help, { labels = [], buckets = seconds } = {}) =>
      registered(Histogram, name) ??
      new Histogram({ name: `ticketaka_${name}`, help, labelNames: labels, buckets: [...buckets], registers }),
  };
}
