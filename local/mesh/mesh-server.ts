/** The running mesh: listeners over the set of manifests that is loaded, which a reload replaces at one stroke. */
import { Agent } from 'node:http';
import type { AccessLog } from './access-log.ts';
import { Balancer } from './balancer.ts';
import { type EndpointsFile, readEndpoints } from './endpoints.ts';
import type { Runtime } from './exchange.ts';
import { ingressHandler } from './ingress.ts';
import { Listener } from './listeners.ts';
import { readManifests } from './manifests.ts';
import { compileMesh, type Mesh } from './mesh.ts';
import { createOutboundServer } from './outbound.ts';
import { createProxyServer } from './proxy-server.ts';

export interface MeshServerOptions {
  readonly manifests: string;
  readonly endpoints: string;
  readonly log: AccessLog;
  readonly random?: () => number;
  readonly now?: () => number;
}

export class MeshServer {
  readonly #options: MeshServerOptions;
  readonly #runtime: Runtime;
  readonly #outbound = new Map<string, Listener>();
  #gateway: Listener | undefined;
  #mesh: Mesh | undefined;
  #generation = 0;
  #lastError: string | undefined;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: MeshServerOptions) {
    this.#options = options;
    this.#runtime = {
      agent: new Agent({ keepAlive: true, maxFreeSockets: 256 }),
      balancer: new Balancer(),
      random: options.random ?? Math.random,
      now: options.now ?? Date.now,
    };
  }

  /**
   * Reads manifests and endpoints, and serves them. At the first time a failure is thrown; later the old set stays.
   * @returns whether the new set is served
   */
  load(): Promise<boolean> {
    const loaded = this.#work.then(() => this.#load());
    this.#work = loaded.catch(() => undefined);
    return loaded;
  }

  async #load(): Promise<boolean> {
    const { log } = this.#options;
    try {
      const endpoints = await readEndpoints(this.#options.endpoints);
      const mesh = await compileMesh(await readManifests(this.#options.manifests), endpoints);
      await this.#listen(mesh, endpoints);
      this.#generation += 1;
      this.#lastError = undefined;
      log.event('info', 'manifests loaded', { generation: this.#generation, keyIds: mesh.keyIds });
      return true;
    } catch (error) {
      if (!this.#mesh) throw error;
      this.#lastError = error instanceof Error ? error.message : String(error);
      log.event('error', 'NEW MANIFESTS REFUSED, the old ones stay', {
        generation: this.#generation,
        error: this.#lastError,
      });
      return false;
    }
  }

  /** Opens what is new before anything old is closed, so that a port that is taken leaves all as it was. */
  async #listen(mesh: Mesh, endpoints: EndpointsFile) {
    const opened: [name: string, listener: Listener][] = [];
    const current = () => this.#mesh ?? mesh;
    try {
      for (const [name, { outboundPort }] of Object.entries(endpoints.workloads)) {
        if (this.#outbound.get(name)?.wantedPort === outboundPort) continue;
        const server = createOutboundServer({ name, current, runtime: this.#runtime, log: this.#options.log });
        opened.push([name, await new Listener(server, { host: '127.0.0.1', port: outboundPort }).start()]);
      }
      if (this.#gateway?.wantedPort !== endpoints.gateway.port) {
        const { log } = this.#options;
        const handle = ingressHandler(current, this.#runtime);
        const server = createProxyServer({ name: 'gateway', handle, log, now: this.#runtime.now });
        opened.push(['', await new Listener(server, endpoints.gateway).start()]);
      }
    } catch (error) {
      await Promise.all(opened.map(([, listener]) => listener.stop(AbortSignal.abort())));
      throw error;
    }
    this.#mesh = mesh;
    const retired: Listener[] = [];
    for (const [name, listener] of opened) {
      const old = name === '' ? this.#gateway : this.#outbound.get(name);
      if (old) retired.push(old);
      if (name === '') this.#gateway = listener;
      else this.#outbound.set(name, listener);
    }
    for (const [name, listener] of this.#outbound) {
      if (name in endpoints.workloads) continue;
      this.#outbound.delete(name);
      retired.push(listener);
    }
    // Requests on the listeners that go away may finish; nobody waits for them.
    for (const listener of retired) void listener.stop(AbortSignal.timeout(stopGrace));
  }

  get ready(): boolean {
    return this.#mesh !== undefined;
  }

  /** What is loaded and where it listens; names only. */
  describe() {
    const mesh = this.#mesh;
    return {
      generation: this.#generation,
      lastError: this.#lastError ?? null,
      keyIds: mesh?.keyIds ?? [],
      normalization: mesh?.normalization,
      listeners: {
        gateway: this.#gateway?.port,
        outbound: Object.fromEntries([...this.#outbound].map(([name, listener]) => [name, listener.port])),
      },
      gateway: {
        policies: mesh?.gateway.door.policies.map(({ name, action }) => `${action} ${name}`) ?? [],
        routes: Object.fromEntries(
          mesh?.gateway.virtualHosts.map(({ host, routes }) => [host, routes.map(({ name }) => name)]) ?? [],
        ),
      },
      workloads: Object.fromEntries(
        [...(mesh?.registry.workloads.values() ?? [])].map(({ name, principal }) => [
          name,
          {
            principal,
            policies: mesh?.doors.get(name)?.policies.map((policy) => `${policy.action} ${policy.name}`) ?? [],
            replicas: [...(mesh?.registry.services.values() ?? [])]
              .flatMap(({ replicas }) => replicas)
              .filter(({ workload }) => workload.name === name).length,
          },
        ]),
      ),
    };
  }

  async stop(): Promise<void> {
    const deadline = AbortSignal.timeout(stopGrace);
    const listeners = [...this.#outbound.values(), ...(this.#gateway ? [this.#gateway] : [])];
    await Promise.all(listeners.map((listener) => listener.stop(deadline)));
    this.#runtime.agent.destroy();
    this.#options.log.flush();
  }
}

/** Milliseconds for requests under way; the whole stop takes less than 5 s. */
const stopGrace = 4000;
