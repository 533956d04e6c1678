import { describe, expect, it } from '@jest/globals';
import { metricsIn, syntaxError } from './promql-syntax.ts';

describe('an expression', () => {
  it('is read with the variables of Grafana', () => {
    expect(syntaxError('sum by (a) (rate(sold_total{grade="vip"}[$__rate_interval])) / 2 > 1')).toBeUndefined();
  });

  it.each(['sum(rate(sold_total[5m])', 'rate(sold_total{grade=vip}[5m])', 'sold_total >', 'sum by a (b)'])(
    'that is none is refused: %s',
    (expr) => {
      expect(syntaxError(expr)).toBeDefined();
    },
  );

  it('tells the metrics that it asks for, whatever surrounds them', () => {
    const expr =
      'histogram_quantile(0.9, sum by (le) (rate(time_bucket{x="not_a_metric"}[5m]))) + on (le) group_left (up) {__name__="named"} offset 1h or level:made:rate5m';
    expect([...metricsIn(expr)].toSorted()).toEqual(['level:made:rate5m', 'named', 'time_bucket']);
  });
});
