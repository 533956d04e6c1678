import type { Service } from '@ticketaka/platform/contract';
import { matching } from './promql.ts';

/** Requests to one route of a service, as its workload measures them. @param more further labels */
export function answersOf(service: Service, name: string, more: Readonly<Record<string, string>> = {}): string {
  return measured(service, name, { part: 'count', more });
}

/** The durations of {@link answersOf}, for a quantile. */
export function bucketsOf(service: Service, name: string): string {
  return measured(service, name, { part: 'bucket', more: {} });
}

interface Measured {
  readonly part: 'bucket' | 'count';
  readonly more: Readonly<Record<string, string>>;
}

function measured(service: Service, name: string, { part, more }: Measured): string {
  const route = service.api?.routes[name];
  if (!route) throw new Error(`${service.name} has no route ${name}`);
  const labels = { service: service.name, route: route.fullPath, method: route.method };
  return `ticketaka_http_server_request_duration_seconds_${part}${matching({ ...labels, ...more })}`;
}
