import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { services } from '@ticketaka/charts/services';
import { workloadName } from '@ticketaka/platform/contract';
import { waitFor } from '@ticketaka/platform/testing';
import { type LoneWorkload, loneWorkloads } from '../setup/lone-workloads.ts';

const root = join(import.meta.dirname, '../..');

/** What every workload answers at `/metrics`, as it runs: each is started alone, with servers but without the others. */
export async function metricsOfWorkloads(): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  for await (const lone of loneWorkloads(services))
    answers.set(workloadName(lone.service.name, lone.workload), await whileRunning(lone, scrape));
  return answers;
}

async function whileRunning<T>(
  { service, workload, env }: LoneWorkload,
  use: (adminPort: number) => Promise<T>,
): Promise<T> {
  const main = join(root, 'services', service.name, `main.${workload}.ts`);
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  try {
    const port = await waitFor(() => adminPortIn(output, child), {
      what: `${workloadName(service.name, workload)} to start`,
      timeoutMs: 60_000,
    });
    return await use(port);
  } catch (error) {
    throw new Error(`${workloadName(service.name, workload)}: ${output}`, { cause: error });
  } finally {
    child.kill('SIGKILL');
  }
}

function adminPortIn(output: string, child: ChildProcess): number | undefined {
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
  const [, port] = /"adminPort":(\d+)/.exec(output) ?? [];
  return port === undefined ? undefined : Number(port);
}

async function scrape(adminPort: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`);
  return await response.text();
}
