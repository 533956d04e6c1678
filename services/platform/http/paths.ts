import type { Route } from '../contract/index.ts';

/** Declared names by position: two routes may name one segment differently. */
export interface PathPlan {
  readonly expressPath: string;
  readonly names: readonly string[];
}

export function pathPlan(template: string): PathPlan {
  const names: string[] = [];
  const expressPath = template.replaceAll(/\{([^}*]+)(\*?)\}/g, (_, name: string, rest: string) => {
    names.push(name);
    return `${rest ? '*' : ':'}p${names.length - 1}`;
  });
  return { expressPath, names };
}

function rank(template: string): string {
  return template.replaceAll(/[^/]+/g, (segment) => {
    if (!segment.startsWith('{')) return '0';
    return segment.endsWith('*}') ? '2' : '1';
  });
}

/** OpenAPI 3.1, Paths Object: concrete paths come before their templated counterparts. So the order of declaration is free. */
export function bySpecificity(a: Route, b: Route): number {
  const [first, second] = [rank(a.fullPath), rank(b.fullPath)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
