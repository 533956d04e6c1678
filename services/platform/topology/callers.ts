import { type Route, type Service, workloadName } from '../contract/index.ts';

/** The services that declare a call to the route, in the order given. */
export function callersOf(services: readonly Service[], route: Route): readonly Service[] {
  return services.filter((service) =>
    service.calls.some((call) => call.service === route.service && call.name === route.name),
  );
}

/** The workloads that may call the route, by their names in the mesh: every workload of each caller. */
export function callerWorkloads(services: readonly Service[], route: Route): readonly string[] {
  return callersOf(services, route).flatMap((service) =>
    Object.keys(service.workloads).map((workload) => workloadName(service.name, workload)),
  );
}
