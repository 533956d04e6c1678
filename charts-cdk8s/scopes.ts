import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';

/** Where the objects of a service are put, and those that belong to all of them. */
export interface Scopes {
  readonly shared: Construct;
  of(service: string): Construct;
}

const platform = { 'app.kubernetes.io/part-of': 'ticketaka' };

/** Labels of the objects of one service, by which they are found in the cluster and filed in the manifest repository. */
export function ownerLabels(service: string) {
  return { ...platform, 'app.kubernetes.io/name': service };
}

/** Everything in one chart, as one machine's mesh reads it. */
export function oneScope(chart: Construct): Scopes {
  return { shared: chart, of: () => chart };
}

/** A chart for each service, and one for what they share. */
export function scopePerService(scope: Construct): Scopes {
  const chart = (id: string, service: string) =>
    new Chart(scope, id, { disableResourceNameHashes: true, labels: ownerLabels(service) });
  const charts = new Map<string, Chart>();
  return {
    shared: chart('shared', 'platform'),
    of: (service) => {
      const found = charts.get(service) ?? chart(`service-${service}`, service);
      charts.set(service, found);
      return found;
    },
  };
}
