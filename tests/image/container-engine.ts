import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export interface RunOptions {
  readonly tag: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A folder of this machine, at the same path in the container. */
  readonly folder?: string;
}

/** A container with the network of this machine and a root that its user cannot write. */
export interface Container {
  /** The one of the engine; its output and its status are those of the command. */
  readonly process: ChildProcess;
  /** Sends SIGTERM to the command. */
  stop(): void;
}

/** What builds images, and runs them as the cluster would: as their own user, without any right. */
export interface ContainerEngine {
  readonly name: string;
  /** @throws with what it printed */
  build(options: { readonly context: string; readonly service: string; readonly tag: string }): void;
  start(options: RunOptions): Container;
  remove(tag: string): void;
  /** Runs an image that has Node, which is fetched where it is not there. Gives what is wrong, or nothing. */
  trial(image: string): string | undefined;
}

/** A registry that cannot be reached may be silent for long. */
const trialMs = 120_000;

/** The first engine that can run the image, or why each cannot. */
export function findEngine(image: string): { engine: ContainerEngine } | { missing: string } {
  const reasons: string[] = [];
  for (const engine of [commandLine('docker'), commandLine('podman'), buildah]) {
    const reason = engine.trial(image);
    if (reason === undefined) return { engine };
    reasons.push(`${engine.name}: ${reason}`);
  }
  return { missing: reasons.join('; ') };
}

/** Docker, and Podman, which takes the same words. */
function commandLine(name: 'docker' | 'podman'): ContainerEngine {
  return {
    name,
    trial: (image) => failure(name, ['run', '--rm', '--network=none', image, 'node', '--version']),
    build: ({ context, service, tag }) =>
      must(name, ['build', '--build-arg', `SERVICE=${service}`, '--tag', tag, context], { DOCKER_BUILDKIT: '1' }),
    start({ tag, command, env = {}, folder }) {
      const container = `ticketaka-test-${randomUUID()}`;
      const child = spawn(name, [
        'run',
        '--rm',
        `--name=${container}`,
        '--read-only',
        '--tmpfs=/tmp',
        '--cap-drop=ALL',
        '--security-opt=no-new-privileges',
        '--network=host',
        ...given(env, folder),
        tag,
        ...command,
      ]);
      return { process: child, stop: () => must(name, ['stop', '--time=30', container]) };
    },
    remove: (tag) => void spawnSync(name, ['rmi', '--force', tag]),
  };
}

/** Has no read-only root, and does not pass signals on. */
const buildah: ContainerEngine = {
  name: 'buildah',
  trial(image) {
    const container = `ticketaka-test-${randomUUID()}`;
    try {
      return (
        failure('buildah', ['from', `--name=${container}`, image]) ??
        failure('buildah', ['run', '--isolation=chroot', container, '--', 'node', '--version'])
      );
    } finally {
      spawnSync('buildah', ['rm', container]);
    }
  },
  build: ({ context, service, tag }) =>
    must('buildah', ['build', '--isolation=chroot', `--build-arg=SERVICE=${service}`, `--tag=${tag}`, context]),
  start({ tag, command, env = {}, folder }) {
    const container = `ticketaka-test-${randomUUID()}`;
    must('buildah', ['from', '--pull-never', `--name=${container}`, tag]);
    const child = spawn('buildah', ['run', '--isolation=chroot', ...given(env, folder), container, '--', ...command]);
    child.once('close', () => spawnSync('buildah', ['rm', container]));
    return { process: child, stop: () => void process.kill(innermost(Number(child.pid)), 'SIGTERM') };
  },
  remove: (tag) => void spawnSync('buildah', ['rmi', '--force', tag]),
};

function given(env: Readonly<Record<string, string>>, folder: string | undefined): readonly string[] {
  return [
    ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
    ...(folder === undefined ? [] : [`--volume=${folder}:${folder}`]),
  ];
}

/** The only child of the only child, and so on: any thread may have started it. Needs Linux, as Buildah does. */
function innermost(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const [child] = threads.flatMap((id) => readFileSync(`/proc/${pid}/task/${id}/children`, 'utf8').match(/\d+/g) ?? []);
  return child === undefined ? pid : innermost(Number(child));
}

/** Why a command failed, in a line. */
function failure(program: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: trialMs });
  if (error) return 'code' in error && error.code === 'ENOENT' ? 'not installed' : error.message;
  if (status === 0) return undefined;
  const lines = stderr.trim().split('\n');
  const line = lines.find((one) => /error|cannot|denied/i.test(one)) ?? lines.at(-1) ?? `status ${status}`;
  return line.replace(/^(docker|Error): /, '');
}

function must(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}\n${stdout}${stderr}`);
}
