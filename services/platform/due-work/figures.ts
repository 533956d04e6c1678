import type { Counter, Gauge, Histogram, Metrics } from '../metrics/index.ts';

export interface Figures {
  readonly handled: Counter<'work' | 'outcome'>;
  readonly seconds: Histogram<'work'>;
  readonly overdue: Gauge<'work'>;
}

const made = new WeakMap<Metrics, Figures>();

/** One set for each registry, however many kinds of due work a process does: the label tells them apart. */
export function figuresOf(metrics: Metrics): Figures {
  const figures = made.get(metrics) ?? {
    handled: metrics.counter('due_work_handled_total', 'Rows handled, by what became of them', ['work', 'outcome']),
    seconds: metrics.histogram('due_work_seconds', 'How long a row took', { labels: ['work'] }),
    overdue: metrics.gauge('due_work_overdue_seconds', 'How long the row that is longest due has been due', ['work']),
  };
  made.set(metrics, figures);
  return figures;
}
