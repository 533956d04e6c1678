import {
  ApiException,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesListObject,
  makeInformer,
} from '@kubernetes/client-node';
import { Failure } from '../cli/failure.ts';
import { pathOf, type Resource } from './kinds.ts';

/** An object of the API, of which only the metadata is known here. */
interface AnyObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: object;
}

/** How soon a watch that broke is begun again. */
const retryMs = 1000;

export interface ClusterOptions {
  /** A kubeconfig file. @default what KUBECONFIG, ~/.kube/config or the pod's service account say */
  readonly kubeconfig?: string | undefined;
  /** @default the file's current context */
  readonly context?: string | undefined;
}

/** The only door to the client of Kubernetes, which is large: nothing else imports it. */
export class Cluster {
  readonly #config: KubeConfig;
  readonly #api: CustomObjectsApi;
  readonly server: string;

  /** @throws {Failure} usage, for a file or a context that is not there */
  constructor({ kubeconfig, context }: ClusterOptions) {
    this.#config = new KubeConfig();
    try {
      if (kubeconfig === undefined) this.#config.loadFromDefault();
      else this.#config.loadFromFile(kubeconfig);
    } catch (error) {
      throw new Failure('usage', `the kubeconfig cannot be read: ${messageOf(error)}`, { cause: error });
    }
    if (context !== undefined) {
      const names = this.#config.getContexts().map(({ name }) => name);
      if (!names.includes(context))
        throw new Failure('usage', `the kubeconfig has no context '${context}'; it has: ${names.join(', ') || 'none'}`);
      this.#config.setCurrentContext(context);
    }
    const cluster = this.#config.getCurrentCluster();
    if (!cluster) throw new Failure('usage', 'the kubeconfig names no cluster: choose one with --context');
    // What the client makes up when it finds nothing at all.
    if (kubeconfig === undefined && cluster.server === 'http://localhost:8080')
      throw new Failure(
        'unreachable',
        'no cluster: there is no kubeconfig in KUBECONFIG or ~/.kube/config (see --kubeconfig)',
      );
    this.server = cluster.server;
    this.#api = this.#config.makeApiClient(CustomObjectsApi);
  }

  /** @throws {Failure} unreachable, denied */
  async list(resource: Resource): Promise<readonly unknown[]> {
    try {
      return (await this.#list(resource)).items;
    } catch (error) {
      throw this.explain(error, resource);
    }
  }

  /**
   * Follows the objects of a resource: tells all that there are, each time one changes, until it is stopped. A
   * connection that breaks is made again; what was missed meanwhile is caught up with.
   */
  follow(
    resource: Resource,
    on: { change(objects: readonly unknown[]): void; error(error: unknown): void },
  ): AsyncDisposable {
    const informer = makeInformer<AnyObject>(
      this.#config,
      pathOf(resource),
      () => this.#list(resource),
      resource.labelSelector || undefined,
    );
    let stopped = false;
    let broken = false;
    const tell = () => {
      if (!stopped) on.change(informer.list());
    };
    informer.on('change', tell);
    informer.on('error', (error: unknown) => {
      broken = true;
      if (!stopped) on.error(this.explain(error, resource));
    });
    const start = async () => {
      broken = false;
      await informer.start();
      // An empty list changes nothing, and is news all the same.
      if (!broken) tell();
    };
    const retry = setInterval(() => {
      if (broken) void start();
    }, retryMs);
    void start();
    return {
      [Symbol.asyncDispose]: async () => {
        stopped = true;
        clearInterval(retry);
        await informer.stop();
      },
    };
  }

  /** What a user can do about an error of the API. */
  explain(error: unknown, { plural, group, namespace }: Resource): Failure {
    const status = statusOf(error);
    const options = { cause: error };
    if (status === 401) return new Failure('denied', `${this.server} does not know who you are: log in again`, options);
    if (status === 403)
      return new Failure(
        'denied',
        `no right to list and watch ${plural}.${group} in ${namespace} at ${this.server}`,
        options,
      );
    if (status === 404)
      return new Failure(
        'unreachable',
        `${this.server} has no ${plural}.${group}: is its controller installed?`,
        options,
      );
    if (status !== undefined)
      return new Failure('unreachable', `${this.server} answered ${status} for ${plural}`, options);
    return new Failure('unreachable', `no cluster answers at ${this.server}: ${messageOf(error)}`, options);
  }

  async #list({ labelSelector, ...where }: Resource): Promise<KubernetesListObject<AnyObject>> {
    const answer: unknown = await this.#api.listNamespacedCustomObject({
      ...where,
      ...(labelSelector && { labelSelector }),
    });
    // The API answers a list with a list, whatever the kind of its items.
    return answer as KubernetesListObject<AnyObject>;
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiException) return error.code;
  if (typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return undefined;
}

/** `fetch failed: connect ECONNREFUSED 127.0.0.1:6443`: the reason is in the cause. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const cause = 'cause' in error && error.cause ? `: ${messageOf(error.cause)}` : '';
  return `${String(error.message)}${cause}`;
}
