import { exitCodes, Failure } from './cli/failure.ts';
import { Terminal } from './cli/terminal.ts';
import type { Verb } from './cli/verb.ts';

/** Each verb loads what it needs and no more: a bump needs no charts, and only `status` the client of Kubernetes. */
const verbs: Readonly<Record<string, { readonly what: string; readonly load: () => Promise<Verb> }>> = {
  render: { what: 'write the manifest repository from the declarations', load: () => import('./verbs/render.ts') },
  diff: { what: 'what would change in the cluster, by resource', load: () => import('./verbs/diff.ts') },
  bump: { what: 'release an image of a service', load: () => import('./verbs/bump.ts') },
  promote: {
    what: 'release in staging what dev runs, in prod what staging runs',
    load: () => import('./verbs/promote.ts'),
  },
  rollback: { what: 'take a service back to its image before', load: () => import('./verbs/rollback.ts') },
  status: { what: 'how the deployment goes, live', load: () => import('./verbs/status.ts') },
  notify: { what: 'tell a step of the pipeline to Slack', load: () => import('./verbs/notify.ts') },
};

const usage = `Delivery by git: the cluster runs what the manifest repository says, and this changes the repository.

${Object.entries(verbs)
  .map(([name, { what }]) => `  npm run gitops -- ${name.padEnd(9)} ${what}`)
  .join('\n')}

Each takes --help.
`;

async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === 'help') {
    terminal.print(usage.trimEnd());
    return exitCodes.done;
  }
  if (name === undefined) throw new Failure('usage', `say what to do\n\n${usage.trimEnd()}`);
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw new Failure('usage', `there is no '${name}'\n\n${usage.trimEnd()}`);
  const { help, run } = await verb.load();
  if (rest.includes('--help')) {
    terminal.print(help.trimEnd());
    return exitCodes.done;
  }
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  process.once('SIGTERM', () => interruption.abort());
  return run(rest, { terminal, environment: process.env, signal: interruption.signal });
}

const terminal = new Terminal({ stdout: process.stdout, stderr: process.stderr, environment: process.env });
try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  terminal.progress(`${error.message}${error.ending === 'usage' ? '\n(--help tells more)' : ''}`);
  process.exitCode = exitCodes[error.ending];
}
