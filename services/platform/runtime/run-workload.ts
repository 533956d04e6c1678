import type { Express } from 'express';
import type { z } from 'zod';
import { ConfigError, loadConfig } from '../config/index.ts';
import { type Service, workloadName } from '../contract/index.ts';
import { adminApp, createServer, type Listening, listen } from '../http/index.ts';
import { type Component, Health, runComponents } from '../lifecycle/index.ts';
import { createLogger, type Logger } from '../log/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { startTelemetry } from '../telemetry/index.ts';
import { type Environment, environmentOf } from './environment.ts';
import { EX_CONFIG } from './exit-codes.ts';
import { showHealth } from './health-figures.ts';
import { Runtime } from './runtime.ts';

/** What a workload is made of, beside the stores and connections that the runtime opened for it. */
export interface Wiring {
  /** Needed by a workload of the kind `http`; `runtime.app` makes it. */
  readonly app?: Express;
  /** Started in this order after the stores, stopped in reverse before them. */
  readonly components?: readonly Component[];
}

export interface WorkloadOptions<C extends z.ZodObject> {
  readonly service: Service;
  readonly workload: string;
  /** Variables of its own, beside those that the declaration asks for. */
  readonly config?: C;
  readonly wire: (runtime: Runtime<z.output<C>>) => Promise<Wiring>;
}

/**
 * The whole life of a workload's process: reads its environment, serves health at once, opens what the service owns,
 * wires, starts, and on SIGTERM or SIGINT drains and stops. A start that fails ends the process with status 1, or
 * 78 and one line when the environment is wrong.
 */
export async function runWorkload<C extends z.ZodObject>(options: WorkloadOptions<C>): Promise<void> {
  const { service, workload } = options;
  const config = readEnvironment(options);
  const log = createLogger({ service: service.name, workload, level: config.LOG_LEVEL });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught');
    process.exit(1);
  });

  const stopRequested = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  try {
    const running = await start({ ...options, log, config });
    const reason = await stopRequested;
    await running.stop(reason);
    process.exit(0);
  } catch (error) {
    log.fatal({ err: error }, 'did not start');
    process.exit(1);
  }
}

interface StartOptions<C extends z.ZodObject> extends Omit<WorkloadOptions<C>, 'config'> {
  readonly log: Logger;
  readonly config: Environment & z.output<C>;
}

async function start<C extends z.ZodObject>({ service, workload, wire, log, config }: StartOptions<C>) {
  const health = new Health();
  const metrics = createMetrics({ service: service.name, workload });
  showHealth(health, metrics);
  health.declare('start');
  const admin = await listen(createServer(adminApp({ health, metrics })), config.ADMIN_PORT, config.HOST);
  const runtime = new Runtime<z.output<C>>({ service, workload, config, log, metrics, health });
  const wiring = await wire(runtime);
  const telemetry = { service: service.name, workload, endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT };
  const components: Component[] = [
    { name: 'admin server', stop: () => admin.close({ deadlineMs: 1000 }) },
    await startTelemetry(telemetry),
    ...runtime.opened,
    ...(wiring.components ?? []),
  ];
  if (service.workloads[workload]?.kind === 'http') components.push(server(wiring.app, config, log));
  const running = await runComponents({ components, log, health, drainMs: config.DRAIN_MS });
  health.set('start', 'up');
  log.info({ workload: workloadName(service.name, workload), adminPort: admin.port }, 'started');
  return running;
}

function server(app: Express | undefined, config: Environment, log: Logger): Component {
  if (!app) throw new TypeError('a workload that answers requests needs an app');
  let listening: Listening | undefined;
  return {
    name: 'server',
    async start() {
      listening = await listen(createServer(app), config.PORT ?? 0, config.HOST);
      log.info({ port: listening.port }, 'listening');
    },
    async stop() {
      await listening?.close();
    },
  };
}

function readEnvironment<C extends z.ZodObject>({ service, workload, config }: WorkloadOptions<C>) {
  const schema = environmentOf(service, workload);
  try {
    // The schema was built from the declaration, part by part; its output is an Environment with those parts.
    return loadConfig(config ? schema.extend(config.shape) : schema) as Environment & z.output<C>;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${workloadName(service.name, workload)}: ${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}
