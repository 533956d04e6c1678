import { exitCodes, Failure } from '../cli/failure.ts';
import { type Context, onlyService, parseOptions, wholeNumber } from '../cli/verb.ts';
import { Cluster } from '../cluster/client.ts';
import type { Selection } from '../cluster/kinds.ts';
import type { Deployment } from '../cluster/objects.ts';
import { lineOf, summaryOf } from '../cluster/print.ts';
import { type Judgement, judge, type Verdict } from '../cluster/verdict.ts';
import { readDeployment, watchDeployment } from '../cluster/watch.ts';

export const help = `Shows how the deployment goes: Applications, Rollouts and the analyses that judge their canaries.

npm run gitops -- status [<service>] [--watch] [--image <reference>]

  <service>                only this service
  --watch                  stay until all is healthy or something has failed, and tell each change
  --image <reference>      the image that is to arrive: what became of the one before does not count
  --timeout <seconds>      give up after this (default: 1800, with --watch)
  --context <name>         context of the kubeconfig (default: the current one)
  --kubeconfig <file>      (default: KUBECONFIG, ~/.kube/config, or the pod's service account)
  --namespace <name>       of the platform (default: ticketaka)
  --argocd-namespace <n>   of Argo CD (default: argocd)

It only reads, and needs the right to list and watch applications, rollouts and analysisruns.
Exit code: 0 healthy, 1 failed, degraded or aborted, 2 usage, 3 no cluster, 4 no rights, 7 under way or unknown,
124 not decided in time, 130 interrupted.
`;

const codes: Readonly<Record<Verdict, number>> = {
  healthy: exitCodes.done,
  failed: exitCodes.negative,
  progressing: exitCodes.undecided,
  unknown: exitCodes.undecided,
};

export async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    watch: { type: 'boolean', default: false },
    image: { type: 'string' },
    timeout: { type: 'string', default: '1800' },
    context: { type: 'string' },
    kubeconfig: { type: 'string' },
    namespace: { type: 'string', default: 'ticketaka' },
    'argocd-namespace': { type: 'string', default: 'argocd' },
  });
  const service = positionals.length > 0 ? onlyService(positionals) : undefined;
  if (values.image !== undefined && service === undefined)
    throw new Failure('usage', 'an image is of one service: say which');
  const digest = values.image?.split('@')[1];
  if (values.image !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest ?? ''))
    throw new Failure('usage', `'${values.image}' is not pinned by a digest`);
  const seconds = wholeNumber(values.timeout, '--timeout');
  const cluster = new Cluster({ kubeconfig: values.kubeconfig, context: values.context });
  const selection = { service, namespace: values.namespace, argocdNamespace: values['argocd-namespace'] };
  const examine = (deployment: Deployment) => judge(deployment, { digest });
  if (values.watch) return watch({ cluster, selection, seconds, examine }, context);

  const { items, verdict } = examine(await readDeployment(cluster, selection));
  for (const item of items) context.terminal.print(lineOf(item, context.terminal));
  if (items.length === 0) context.terminal.print(nothingFound(selection, cluster));
  context.terminal.print(summaryOf(verdict, context.terminal));
  return codes[verdict];
}

interface Watch {
  readonly cluster: Cluster;
  readonly selection: Selection;
  readonly seconds: number;
  readonly examine: (deployment: Deployment) => Judgement;
}

async function watch({ cluster, selection, seconds, examine }: Watch, { terminal, signal }: Context): Promise<number> {
  const timeout = AbortSignal.timeout(seconds * 1000);
  const started = performance.now();
  const told = new Map<string, string>();
  const troubles = new Set<string>();
  let verdict: Verdict = 'unknown';
  const elapsed = () => `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s `;
  terminal.progress(`watching ${cluster.server} for up to ${seconds} s`);
  try {
    await watchDeployment({
      cluster,
      selection,
      signal: AbortSignal.any([signal, timeout]),
      on: (deployment) => {
        troubles.clear();
        const judgement = examine(deployment);
        verdict = judgement.verdict;
        for (const item of judgement.items) {
          const line = lineOf(item, terminal);
          const key = `${item.kind} ${item.name}`;
          if (told.get(key) !== line) terminal.print(`${elapsed()}${line}`);
          told.set(key, line);
        }
        return verdict === 'healthy' || verdict === 'failed';
      },
      onTrouble: (message) => {
        // It is tried each second, for each kind of object.
        if (!troubles.has(message)) terminal.progress(`${elapsed()}${message}; trying again`);
        troubles.add(message);
      },
    });
  } catch (error) {
    if (signal.aborted) throw new Failure('interrupted', `interrupted: ${verdict} so far`, { cause: error });
    if (!timeout.aborted) throw error;
    const what = told.size === 0 ? nothingFound(selection, cluster) : `still ${verdict}`;
    throw new Failure('timeout', `${what} after ${seconds} s`, { cause: error });
  }
  terminal.print(summaryOf(verdict, terminal));
  return codes[verdict];
}

function nothingFound({ service, namespace, argocdNamespace }: Selection, { server }: Cluster): string {
  return `no Application${service ? ` of ${service}` : ''} in ${argocdNamespace}, and no Rollout in ${namespace}, at ${server}`;
}
