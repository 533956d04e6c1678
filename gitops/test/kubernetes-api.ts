import { writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { temporaryDirectory } from './sandbox.ts';

export interface PlayedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Record<string, string>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

interface Watcher {
  readonly plural: string;
  readonly selector: readonly string[][];
  readonly response: ServerResponse;
}

/** The part of the Kubernetes API that lists and watches custom objects, over HTTP, with objects that a test puts in. */
export class PlayedKubernetesApi implements AsyncDisposable {
  /** Answer every request with this status. */
  refuseWith: number | undefined;
  /** Paths with their queries, in the order in which they were asked for. */
  readonly requests: string[] = [];
  readonly kubeconfig: string;
  readonly #objects = new Map<string, PlayedObject & { readonly version: number }>();
  readonly #watchers = new Set<Watcher>();
  readonly #resources: AsyncDisposableStack;
  #version = 1;

  private constructor(kubeconfig: string, resources: AsyncDisposableStack) {
    this.kubeconfig = kubeconfig;
    this.#resources = resources;
  }

  static async start(): Promise<PlayedKubernetesApi> {
    const resources = new AsyncDisposableStack();
    const directory = resources.use(await temporaryDirectory());
    const api = new PlayedKubernetesApi(join(directory.path, 'kubeconfig'), resources);
    const server = createServer((request, response) => api.#answer(request.url ?? '/', response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    resources.defer(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    // The address of a listening server on TCP has a port.
    const { port } = server.address() as AddressInfo;
    await writeFile(api.kubeconfig, kubeconfigFor(`http://127.0.0.1:${port}`));
    return api;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }

  /** Puts an object in, or in the place of the one of its name, and tells who watches. */
  put(...objects: readonly PlayedObject[]): void {
    for (const object of objects) {
      const key = keyOf(object);
      const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
      this.#version += 1;
      const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
      const stored = { ...object, metadata, version: this.#version };
      this.#objects.set(key, stored);
      this.#tell(type, stored);
    }
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watchers.size;
  }

  /** Breaks every watch off, as a server that goes away does. */
  breakWatches(): void {
    this.#endWatches((response) => response.destroy());
  }

  /** Ends every watch as the server does when it has forgotten where the client was. */
  expireWatches(): void {
    const object = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 };
    this.#endWatches((response) => response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`));
  }

  #endWatches(end: (response: ServerResponse) => void): void {
    const ended = [...this.#watchers];
    this.#watchers.clear();
    for (const { response } of ended) end(response);
  }

  #answer(path: string, response: ServerResponse): void {
    this.requests.push(path);
    const url = new URL(path, 'http://api');
    const plural = url.pathname.split('/').at(-1) ?? '';
    const selector = (url.searchParams.get('labelSelector') ?? '')
      .split(',')
      .filter(Boolean)
      .map((pair) => pair.split('='));
    if (this.refuseWith !== undefined) {
      response.writeHead(this.refuseWith, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code: this.refuseWith }));
      return;
    }
    if (url.searchParams.get('watch') === 'true') {
      const watcher = { plural, selector, response };
      this.#watchers.add(watcher);
      response.on('close', () => this.#watchers.delete(watcher));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      // As the API does, it tells first what happened since the version that the client knows.
      const since = Number(url.searchParams.get('resourceVersion') ?? 0);
      for (const object of this.#objects.values()) {
        if (object.version > since && matches(object, watcher)) tell(watcher, 'MODIFIED', object);
      }
      return;
    }
    const items = [...this.#objects.values()].filter((object) => matches(object, { plural, selector }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: `${this.#version}` }, items }),
    );
  }

  #tell(type: string, object: PlayedObject): void {
    for (const watcher of this.#watchers) if (matches(object, watcher)) tell(watcher, type, object);
  }
}

function tell({ response }: Watcher, type: string, object: PlayedObject): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function keyOf({ kind, metadata }: PlayedObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function matches(
  { kind, metadata }: PlayedObject,
  { plural, selector }: Pick<Watcher, 'plural' | 'selector'>,
): boolean {
  if (`${kind.toLowerCase()}s` !== plural) return false;
  return selector.every(([name = '', value]) => metadata.labels?.[name] === value);
}

/** The client refuses plain HTTP to a server whose certificate it is to check. */
function kubeconfigFor(server: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'played', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'reader', user: { token: 'played-token' } }],
    contexts: [{ name: 'played', context: { cluster: 'played', user: 'reader' } }],
    'current-context': 'played',
  });
}
