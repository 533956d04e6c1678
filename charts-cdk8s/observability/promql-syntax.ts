import { parser } from '@prometheus-io/lezer-promql';

/** Grafana puts a duration there. */
const variables = /\$__(?:rate_interval|interval|range)\b/g;

/** Where an expression is no PromQL: the text from there on, or undefined. */
export function syntaxError(expr: string): string | undefined {
  const text = expr.replaceAll(variables, '5m');
  let at: number | undefined;
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) at ??= node.from;
    },
  });
  return at === undefined ? undefined : text.slice(at) || 'unexpected end';
}

/** Names of the metrics that an expression asks for, each once. */
export function metricsIn(expr: string): readonly string[] {
  const text = expr.replaceAll(variables, '5m');
  const names = new Set<string>();
  parser.parse(text).iterate({
    enter(node) {
      if (node.name !== 'VectorSelector') return;
      const identifier = node.node.getChild('Identifier');
      const matcher = /__name__\s*=\s*"([^"]+)"/.exec(text.slice(node.from, node.to))?.[1];
      const name = identifier ? text.slice(identifier.from, identifier.to) : matcher;
      if (name !== undefined) names.add(name);
    },
  });
  return [...names];
}
