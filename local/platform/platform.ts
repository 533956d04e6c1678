import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { environments } from '@ticketaka/charts/environments/index';
import { services as allServices } from '@ticketaka/charts/services';
import { createWebhookGate } from '@ticketaka/reservation/webhook';
import { z } from 'zod';
import { type ChildSpec, type Death, pollUntil, startTimeOf } from '../process/index.ts';
import { ensureInstalled, openSecrets, prepareServers, type Secrets, type ServerSet } from '../servers/index.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { ensureKeys, pruneKeys } from './keys.ts';
import { endLeftOvers } from './left-overs.ts';
import type { Paths } from './paths.ts';
import { kopisSandboxSpec, mailSandboxSpec, meshSpec, tossSandboxSpec, workloadSpec } from './platform-specs.ts';
import { choosePorts } from './ports.ts';
import type { Progress } from './progress.ts';
import { type SelectedWorkload, selectServices, serversOf, serversOfOne, workloadsOf } from './selection.ts';
import { type PlatformState, readState, writeState } from './state.ts';
import { Supervisor, type Tier } from './supervisor.ts';
import type { EnvironmentOptions, TossAccount } from './workload-environment.ts';

export interface PlatformOptions {
  readonly paths: Paths;
  /** Of the gateway; 0 picks a free one. */
  readonly port: number;
  /** Of the mail sandbox's page; 0 picks a free one. */
  readonly mailPort: number;
  /** Names of the services to start. @default all */
  readonly only?: readonly string[];
  /** Servers in containers. */
  readonly docker: boolean;
  readonly progress: Progress;
}

const platformPorts = [
  'gateway',
  'mesh',
  'mail',
  'smtp',
  'kopis',
  'toss',
  'mariadb',
  'redis',
  'amqp',
  'management',
  'distribution',
  'epmd',
] as const;
const smtpUser = 'ticketaka';
const gatewayLimitMs = 30_000;
/** The collector's first run reads some hundred records; half of them make a page worth looking at. */
const catalogueAtLeast = 150;
const catalogueLimitMs = 90_000;
/** How often retired keys are looked for. */
const pruneEveryMs = 30_000;

/** The whole platform on this machine. */
export class Platform {
  readonly #options: PlatformOptions;
  readonly #selected: readonly SelectedWorkload[];
  readonly #needed: ReadonlySet<string>;
  readonly #supervisor: Supervisor;
  readonly #startedAt = new Date();
  #status: PlatformState['status'] = 'starting';
  #ports: Readonly<Record<string, number>> = {};
  #servers: ServerSet | undefined;
  #pruning: NodeJS.Timeout | undefined;

  /** @throws UnknownService */
  constructor(options: PlatformOptions) {
    this.#options = options;
    const services = selectServices(allServices, options.only);
    this.#selected = workloadsOf(services);
    this.#needed = serversOf(services);
    this.#supervisor = new Supervisor({
      paths: options.paths,
      onChange: () => this.#record(),
      onDeath: (name, death, logPath) => this.#tellDeath(name, death, logPath),
      onBack: (name) => this.#line('green', '✓', `${name} is back`),
    });
  }

  /** Brings everything up, and resolves when all of it is ready. @throws PortTaken, StartFailed, and what servers say */
  async start(): Promise<void> {
    const { paths, progress, docker } = this.#options;
    const before = readState(paths.state);
    const left = before ? await endLeftOvers(before) : [];
    if (left.length > 0) progress.line(`The last run was cut off: ended ${left.join(', ')}, which it had left behind`);
    await this.#choosePorts();
    await ensureInstalled((line) => progress.line(line), { containers: docker });
    await progress.during('keys and passwords', () => ensureKeys(paths));

    const secrets = openSecrets(paths.secrets);
    const smtp = { user: smtpUser, password: secrets.password('smtp') };
    const kopisKey = secrets.password('kopis');
    const toss = tossAccount(secrets);
    const accounts = { smtp, kopisKey, toss };
    const { mariadb = 0, redis = 0, amqp = 0, management = 0, distribution = 0, epmd = 0 } = this.#ports;
    const ports = { mariadb, redis, amqp, management, distribution, epmd };
    // Of all services, started or not: a message for one that is not must have its queue.
    const servers = await progress.during('databases and rights', () =>
      prepareServers({ dir: paths.data, services: allServices, ports, secrets }),
    );
    this.#servers = servers;

    const needed = servers.specs.filter(({ name }) => this.#needed.has(name));
    const up = new Map(needed.map((spec) => [spec.name, this.#run(spec, 'server')]));
    // Before the workloads: what they ask of others from their first moment goes through the mesh.
    const around = [this.#startMesh(), ...this.#sandboxes(accounts).map((spec) => this.#run(spec, 'mesh'))];
    const workloads = this.#selected.map(async (workload) => {
      await Promise.all([...around, ...serversOfOne(workload.service).flatMap((name) => up.get(name) ?? [])]);
      const urls = servers.urls(workload.service);
      const options = { paths, ports: this.#ports, urls, publicUrl: this.#url('gateway'), ...accounts };
      const replicas = workload.replicas.map((name) => workloadSpec(workload, name, options));
      await Promise.all(replicas.map((spec) => this.#run(spec, 'workload')));
    });
    await Promise.all([...up.values(), ...workloads, ...around]);
    await progress.during('gateway', () => this.#untilGatewayAnswers());
    if (this.#selected.some(({ service }) => service.name === 'performances')) await this.#openCatalogue();
    this.#pruning = setInterval(() => void this.#prune(), pruneEveryMs).unref();
    this.#status = 'ready';
    this.#record();
  }

  /** Third parties, as far as the selected services talk to them. */
  #sandboxes({ smtp, kopisKey, toss }: Pick<EnvironmentOptions, 'smtp' | 'kopisKey' | 'toss'>): ChildSpec[] {
    const { token } = createWebhookGate([Buffer.from(toss.saleKey, 'base64url')]);
    const webhookUrl = `${this.#url('gateway')}/api/reservations/payments/toss/${token}`;
    return [
      mailSandboxSpec(this.#ports, smtp),
      ...(this.#talksTo('kopis') ? [kopisSandboxSpec(this.#ports, kopisKey)] : []),
      ...(this.#talksTo('toss') ? [tossSandboxSpec(this.#ports, { secretKey: toss.secretKey, webhookUrl })] : []),
    ];
  }

  #talksTo(name: string): boolean {
    return this.#selected.some(({ service }) => service.egress.some((to) => to.name === name));
  }

  /** A catalogue to look at: what the collector reads from the sandbox, and four houses that are sold by seat. */
  async #openCatalogue(): Promise<void> {
    const { paths, progress } = this.#options;
    await progress.during('demo catalogue', async () => {
      const gateway = this.#url('gateway');
      const signal = AbortSignal.timeout(catalogueLimitMs);
      await pollUntil(async () => (await catalogueSize(gateway, signal)) >= catalogueAtLeast, { signal });
      const { seedDemo } = await import('../demo/seed.ts');
      await seedDemo({ gateway, keySet: paths.keySet, token: environments.local.token });
    });
  }

  /** Stops everything, in order, within ten seconds. */
  async stop(): Promise<void> {
    this.#status = 'stopping';
    clearInterval(this.#pruning);
    await this.#supervisor.stop();
    rmSync(this.#options.paths.state, { force: true });
  }

  /** Kills everything at once. */
  kill(): void {
    this.#supervisor.kill();
    rmSync(this.#options.paths.state, { force: true });
  }

  newLines() {
    return this.#supervisor.newLines();
  }

  state(): PlatformState {
    const { pid } = process;
    const servers = this.#servers;
    return {
      pid,
      startTime: startTimeOf(pid) ?? '',
      startedAt: this.#startedAt.toISOString(),
      status: this.#status,
      urls: {
        gateway: this.#url('gateway'),
        docs: `${this.#url('gateway')}/docs`,
        mail: this.#url('mail'),
        mesh: this.#url('mesh'),
        ...(this.#talksTo('toss') && { payments: this.#url('toss') }),
        ...(this.#needed.has('rabbitmq') && { rabbitmq: this.#url('management') }),
      },
      ports: this.#ports,
      children: this.#supervisor.children(),
      services: servers
        ? Object.fromEntries(allServices.map((service) => [service.name, { ...servers.urls(service) }]))
        : {},
      root: servers ? { ...servers.root } : {},
    };
  }

  async #choosePorts(): Promise<void> {
    const { paths, port, mailPort } = this.#options;
    const names = [
      ...platformPorts,
      ...workloadsOf(allServices).flatMap(({ name, replicas }) => [
        `${name}/outbound`,
        ...replicas.flatMap((replica) => [replica, `${replica}/admin`]),
      ]),
    ];
    const remembered = readJsonFile(paths.ports, z.record(z.string(), z.int())) ?? {};
    this.#ports = await choosePorts(names, { fixed: { gateway: port, mail: mailPort }, remembered });
    writeJsonFile(paths.ports, this.#ports);
  }

  async #startMesh(): Promise<void> {
    const { paths, progress } = this.#options;
    await progress.during('manifests', async () => {
      // Only now: loading what renders them takes a while, in which the servers are starting already.
      const { renderManifests, writeEndpoints } = await import('./manifests.ts');
      await renderManifests(paths, this.#ports);
      writeEndpoints(paths, this.#ports, this.#selected);
    });
    await this.#run(meshSpec(this.#ports, paths), 'mesh');
  }

  async #run(spec: ChildSpec, tier: Tier): Promise<void> {
    await this.#options.progress.during(spec.name, () => this.#supervisor.start(spec, tier));
  }

  /** What it answers is the business of the services; that it does not answer would be ours. */
  async #untilGatewayAnswers(): Promise<void> {
    const signal = AbortSignal.timeout(gatewayLimitMs);
    await pollUntil(
      async () => {
        const response = await fetch(`${this.#url('gateway')}/.well-known/jwks.json`, { signal });
        await response.body?.cancel();
        return response.status < 500 || !this.#selected.some(({ service }) => service.name === 'auth');
      },
      { signal },
    );
  }

  async #prune(): Promise<void> {
    try {
      const { renderManifests } = await import('./manifests.ts');
      const dropped = await pruneKeys(this.#options.paths, () => renderManifests(this.#options.paths, this.#ports));
      for (const kid of dropped) this.#line('green', '✓', `signing key ${kid} has retired`);
    } catch (error) {
      this.#line(
        'red',
        '✗',
        `retired keys could not be dropped: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #record(): void {
    if (this.#status !== 'stopping') writeState(this.#options.paths.state, this.state());
  }

  #tellDeath(name: string, { cause, lastLines, restartMs }: Death, logPath: string): void {
    this.#line(
      'red',
      '✗',
      `${name} died (${cause}), starting it again in ${restartMs / 1000} s. Its last lines, of ${logPath}:`,
    );
    for (const line of lastLines) this.#options.progress.line(`    ${line}`);
  }

  #line(colour: 'green' | 'red', sign: string, text: string): void {
    const { progress } = this.#options;
    progress.line(`${progress.paint(colour, sign)} ${text}`);
  }

  #url(name: string): string {
    return `http://localhost:${this.#ports[name]}`;
  }
}

function tossAccount(secrets: Secrets): TossAccount {
  const saleKey = hash('sha256', secrets.password('sale'), 'base64url');
  return { secretKey: `test_sk_${secrets.password('toss')}`, saleKey };
}

async function catalogueSize(gateway: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(`${gateway}/api/performances?limit=1`, { signal });
  return z.object({ total: z.int() }).parse(await response.json()).total;
}
