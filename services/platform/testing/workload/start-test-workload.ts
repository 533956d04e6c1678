import type { Service } from '../../contract/index.ts';
import { createServer, type Listening, listen } from '../../http/index.ts';
import { Health, runComponents } from '../../lifecycle/index.ts';
import { createLogger } from '../../log/index.ts';
import { createMetrics } from '../../metrics/index.ts';
import { type Environment, Runtime, type Wiring } from '../../runtime/index.ts';
import type { TestResource } from '../test-resource.ts';

export interface TestWorkloadOptions<C> {
  readonly service: Service;
  /** @default api */
  readonly workload?: string;
  /** Its servers, the file of its keys, variables of its own, and those of the platform that are to be others. */
  readonly config: C & Partial<Environment>;
  readonly wire: (runtime: Runtime<C>) => Promise<Wiring>;
}

/** Disposing stops it as SIGTERM does, and leaves its servers alone. */
export interface TestWorkload<C> extends TestResource {
  /** Empty when it answers no requests. */
  readonly url: string;
  readonly runtime: Runtime<C>;
  /** What was logged, as one text. */
  logged(): string;
}

const environment = {
  ADMIN_PORT: 0,
  PORT: 0,
  HOST: '127.0.0.1',
  LOG_LEVEL: 'info',
  PUBLIC_URL: 'http://localhost:8080',
  DRAIN_MS: 0,
  RATE_LIMIT_SCALE: 1,
  CHECK_RESPONSES: 'throw',
  JWT_ISSUER: 'ticketaka',
  JWT_AUDIENCE: 'ticketaka',
} as const satisfies Environment;

/** Runs a workload as it runs in production, but in this process. A response that breaks its schema is an error. */
export async function startTestWorkload<C>(options: TestWorkloadOptions<C>): Promise<TestWorkload<C>> {
  const { service, workload = 'api', config, wire } = options;
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ service: service.name, workload, level: 'info', destination });
  const metrics = createMetrics({ service: service.name, workload, ofProcess: false });
  const health = new Health();
  const runtime = new Runtime<C>({
    service,
    workload,
    config: { ...environment, ...config },
    log,
    metrics,
    health,
  });
  const { app, components = [] } = await wire(runtime);
  let server: Listening | undefined;
  if (service.workloads[workload]?.kind === 'http') {
    if (!app) throw new TypeError(`${service.name}-${workload} answers requests`);
    server = await listen(createServer(app), 0, '127.0.0.1');
  }
  const running = await runComponents({ components: [...runtime.opened, ...components], log, health });
  return {
    url: server?.url ?? '',
    runtime,
    logged: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await server?.close();
      await running.stop('the test is over');
    },
  };
}
