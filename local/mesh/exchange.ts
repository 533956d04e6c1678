import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import type { AccessLogEntry } from './access-log.ts';
import type { Balancer } from './balancer.ts';
import type { Mesh } from './mesh.ts';
import type { Workload } from './registry.ts';

/** What every request shares, whatever set of manifests is loaded. */
export interface Runtime {
  readonly agent: Agent;
  readonly balancer: Balancer;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Client {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the client goes away before it has its answer. */
  readonly gone: AbortSignal;
}

/** One request on its way, with the set of manifests that was loaded when it came. */
export interface Exchange {
  readonly mesh: Mesh;
  readonly runtime: Runtime;
  readonly client: Client;
  /** Who calls, as the callee is told. */
  readonly source: Workload;
  readonly log: AccessLogEntry;
}
