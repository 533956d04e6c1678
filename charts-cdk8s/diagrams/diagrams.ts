import { type Route, type Service, usesBroker } from '@ticketaka/platform/contract';
import { isExposed, type Topology, type WorkloadNode } from '../topology/topology.ts';

/** A part of the page that is drawn from the declarations, by the name that the page calls it. */
export const diagrams: Readonly<Record<string, (topology: Topology) => string>> = {
  calls,
  messages,
  stores,
  workloads,
};

/** Who asks whom by HTTP. What has no arrow here, the mesh refuses. */
function calls(topology: Topology): string {
  const http = topology.workloads.filter(({ kind }) => kind === 'http');
  const exposed = http.filter(({ routes }) => routes.some(isExposed));
  return mermaid('flowchart LR', [
    'client(["browser, partner"])',
    'gateway{{"ingress gateway<br/>TLS, tokens, roles"}}',
    ...topology.workloads.map((workload) => `${idOf(workload.name)}["${workload.name}"]`),
    'client --> gateway',
    ...exposed.map(
      ({ name, routes }) => `gateway -->|"${count(routes.filter(isExposed).length, 'route')}"| ${idOf(name)}`,
    ),
    ...topology.services.flatMap((service) => declaredCalls(topology, service)),
  ]);
}

function declaredCalls(topology: Topology, service: Service): string[] {
  const byCallee = Map.groupBy(service.calls, (route) => topology.workloadOf(route).name);
  const callers = topology.workloads.filter((workload) => workload.service === service);
  return [...byCallee].flatMap(([callee, routes]) =>
    callers.map(
      ({ name }) => `${idOf(name)} -->|"${routes.map((route) => route.name).join('<br/>')}"| ${idOf(callee)}`,
    ),
  );
}

/** What is published, and the queues and streams that it ends in. */
function messages({ services }: Topology): string {
  const published = services.flatMap((service) => service.publishes.map((message) => ({ service, message })));
  const owners = new Set(published.map(({ message }) => message.service));
  return mermaid('flowchart LR', [
    ...[...owners].map((owner) => `exchange_${owner}{{"exchange ${owner}"}}`),
    ...published.map(({ service, message }) => `${service.name} -->|"${message.type}"| exchange_${message.service}`),
    ...services.flatMap((service) => [
      ...service.consumes.flatMap(({ message, queue }) => [
        `exchange_${message.service} -->|"${message.type}"| ${idOf(queue)}[("${queue}")]`,
        `${idOf(queue)} --> ${service.name}_in(["${service.name}"])`,
      ]),
      ...service.follows.flatMap(({ message, stream }) => [
        `exchange_${message.service} -->|"${message.type}"| ${idOf(stream)}[/"stream ${stream}"/]`,
        `${idOf(stream)} --> ${service.name}_in(["${service.name}, every replica"])`,
      ]),
    ]),
  ]);
}

/** What each service owns, and what it reaches outside the mesh. Nobody else may open what is owned. */
function stores({ services }: Topology): string {
  return mermaid(
    'flowchart LR',
    services.flatMap((service) => [
      ...(service.owns.mariadb ? [`${service.name} --> mariadb_${service.name}[("MariaDB ${service.name}")]`] : []),
      ...(service.owns.redis ? [`${service.name} --> redis_${service.name}[("Redis ${service.name}:*")]`] : []),
      ...(usesBroker(service) ? [`${service.name} --> rabbitmq[["RabbitMQ"]]`] : []),
      ...service.egress.map(({ name, protocol }) => `${service.name} -->|"${protocol}"| outside_${name}(("${name}"))`),
    ]),
  );
}

const levels = ['public', 'member', 'role', 'partner', 'internal'] as const;

/** Every workload with its routes, by who may ask for them. */
function workloads({ workloads: all }: Topology): string {
  const header = ['workload', 'kind', 'replicas', ...levels];
  const cells = all.map(({ name, kind, service, routes }) => {
    const { min, max } = scaleOf({ name, service });
    const numbers = levels.map((level) => {
      const found = routes.filter((route: Route) => route.access.level === level).length;
      return found === 0 ? '' : String(found);
    });
    return [`\`${name}\``, kind, min === max ? `${min}` : `${min} to ${max}`, ...numbers];
  });
  return [header, header.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function scaleOf({ name, service }: Pick<WorkloadNode, 'name' | 'service'>) {
  const scale = service.workloads[name.slice(service.name.length + 1)]?.scale;
  if (!scale) throw new Error(`${name} is no workload of ${service.name}`);
  return scale;
}

function mermaid(kind: string, lines: readonly string[]): string {
  return ['```mermaid', kind, ...[...new Set(lines)].map((line) => `  ${line}`), '```'].join('\n');
}

/** Mermaid takes letters, digits and underscores for what it does not show. */
function idOf(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9]/g, '_');
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
