import { type Finding, finding, type Objects } from '../finding.ts';
import { containersOf, podSourcesOf } from '../pods.ts';

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * The number that a Kubernetes quantity stands for, or undefined if it is none: 250m is 0.25, 1Ki is 1024.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityOf(text: string | number): number | undefined {
  const [, digits, suffix = ''] = /^([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = suffixes[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** Requests and limits are quantities, not negative, and no request is above its limit. */
export function quantities(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) =>
    containersOf(source).flatMap(({ name, resources }) => {
      const { requests = {}, limits = {} } = resources ?? {};
      const wrong = [...Object.entries(requests), ...Object.entries(limits)]
        .filter(([, value]) => !((quantityOf(value) ?? -1) >= 0))
        .map(([key, value]) => `container ${name}: '${value}' is no amount of ${key}`);
      const above = Object.entries(requests).flatMap(([key, value]) => {
        const limit = limits[key];
        const [asked, most] = [quantityOf(value), limit === undefined ? undefined : quantityOf(limit)];
        return asked !== undefined && most !== undefined && asked > most
          ? [`container ${name} asks for ${value} of ${key}, above its limit ${limit}`]
          : [];
      });
      return [...wrong, ...above].map((message) => finding('kubernetes/quantity', source.object, message));
    }),
  );
}
