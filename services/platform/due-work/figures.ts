import type { Counter, Histogram, Metrics } from '../metrics/index.ts';

export interface Figures {
  readonly handled: Counter<'work' | 'outcome'>;
  readonly seconds: Histogram<'work'>;
}

const made = new WeakMap<Metrics, Figures>();

/** One set for each registry, however many kinds of due work a process does: the label tells them apart. */
export function figuresOf(metrics: Metrics): Figures {
  const figures = made.get(metrics) ?? {
    handled: metrics.counter('due_work_handled_total', 'Rows handled, by what became of them', ['work', 'outcome']),
    seconds: metrics.histogram('due_work_seconds', 'How long a row took', { labels: ['work'] }),
  };
  made.set(metrics, figures);
  return figures;
}
