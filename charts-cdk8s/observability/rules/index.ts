import type { Service } from '@ticketaka/platform/contract';
import type { ClusterEnvironment } from '../../environment.ts';
import type { Topology } from '../../topology/topology.ts';
import { burnRateGroups } from './burn-rate.ts';
import { catalogueGroup } from './catalogue.ts';
import { emailGroup } from './emails.ts';
import { deliveryGroup, dueWorkGroup, meshGroup, queueGroup } from './platform.ts';
import { reservationGroup } from './reservation.ts';
import type { RuleGroup } from './rule.ts';
import { signInGroup } from './sign-in.ts';
import { dependencyGroup, presenceGroup } from './workloads.ts';

/** What only one service has to be watched for, beside what its declaration says. */
const particular: Readonly<Record<string, (service: Service) => RuleGroup>> = {
  auth: signInGroup,
  mail: emailGroup,
  performances: catalogueGroup,
  reservation: reservationGroup,
};

/** Rules about one service. */
export function rulesOfService(
  topology: Topology,
  service: Service,
  environment: ClusterEnvironment,
): readonly RuleGroup[] {
  const workloads = topology.workloads.filter((workload) => workload.service === service);
  const more = particular[service.name];
  return [
    ...workloads.filter(({ kind }) => kind === 'http').flatMap(burnRateGroups),
    presenceGroup(service, workloads, environment),
    dependencyGroup(service),
    ...(more ? [more(service)] : []),
  ];
}

/** Rules about what the services share. */
export function rulesOfPlatform({ services }: Topology): readonly RuleGroup[] {
  const queues = services.flatMap(({ consumes }) => consumes.map(({ queue }) => queue));
  return [...(queues.length > 0 ? [queueGroup(queues)] : []), dueWorkGroup(), meshGroup(), deliveryGroup()];
}
