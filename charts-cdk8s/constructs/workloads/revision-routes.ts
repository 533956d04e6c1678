import { VirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService';
import { Construct } from 'constructs';
import { canary, revisionsOf } from '../../canary.ts';
import { hostOf, namespace, ports } from '../../names.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';

export interface RevisionRoutesProps {
  readonly workload: WorkloadNode;
}

/**
 * How requests are split between two revisions of a workload, for callers in the mesh and for the gateway alike: their
 * routes delegate to this one, and Istio merges it into each of them with that route's matches, timeout and retries.
 *
 * So the rollout controller writes to an object that holds weights and nothing else: Argo CD can leave it alone without
 * leaving alone a rule, and the preview route that the controller adds leads a tester nowhere where the routes of the
 * gateway would not.
 */
export class RevisionRoutes extends Construct {
  constructor(scope: Construct, id: string, { workload }: RevisionRoutesProps) {
    super(scope, id);
    const destination = (subset: string) => ({
      host: hostOf(workload.name),
      port: { number: ports.service },
      subset,
    });
    manifest(
      this,
      'routes',
      new VirtualService({
        metadata: { name: revisionsOf(workload.name), namespace },
        // No hosts and no gateways: that makes it one that others delegate to.
        spec: {
          exportTo: ['.'],
          http: [
            {
              name: canary.route,
              route: [
                { destination: destination(canary.subsets.stable), weight: 100 },
                { destination: destination(canary.subsets.canary), weight: 0 },
              ],
            },
          ],
        },
      }),
    );
  }
}
