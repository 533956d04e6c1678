import type { IProbe } from 'kubernetes-models/v1/Probe';
import { type Finding, finding, type Objects } from '../finding.ts';
import { containersOf, podSourcesOf, podSpecOf } from '../pods.ts';

/** A probe asks in one way, and only readiness may want more than one success. */
export function probes(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) =>
    containersOf(source).flatMap((container) =>
      (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((kind) => {
        const why = container[kind] && probeProblem(container[kind], kind === 'readinessProbe');
        return why ? [finding('kubernetes/probe', source.object, `${kind} of ${container.name} ${why}`)] : [];
      }),
    ),
  );
}

function probeProblem(probe: IProbe, isReadiness: boolean): string | undefined {
  const ways = [probe.httpGet, probe.tcpSocket, probe.exec, probe.grpc].filter((way) => way !== undefined).length;
  if (ways !== 1) return `asks in ${ways} ways, not one`;
  if (!isReadiness && (probe.successThreshold ?? 1) !== 1) return 'may want one success only';
  const numbers = [probe.periodSeconds, probe.timeoutSeconds, probe.failureThreshold, probe.successThreshold];
  if (numbers.some((number) => number !== undefined && number < 1)) return 'has a number below one';
  return (probe.timeoutSeconds ?? 1) > (probe.periodSeconds ?? 10) ? 'waits longer than its period' : undefined;
}

/** The pause before the end fits into the grace period: what is left of it is for the process to drain. */
export function gracePeriods(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const grace = podSpecOf(source).terminationGracePeriodSeconds ?? 30;
    return containersOf(source)
      .filter(({ lifecycle }) => (lifecycle?.preStop?.sleep?.seconds ?? 0) >= grace)
      .map(({ name }) =>
        finding('kubernetes/grace', source.object, `${name} sleeps through the whole grace period of ${grace} s`),
      );
  });
}
