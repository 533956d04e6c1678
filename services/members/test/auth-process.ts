import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@ticketaka/platform/testing';

const main = fileURLToPath(new URL('../../auth/main.api.ts', import.meta.url));

export interface AuthProcess extends AsyncDisposable {
  /** `http://127.0.0.1:…` */
  readonly url: string;
}

/** Auth as it runs, in a process of its own. */
export async function startAuth(env: Readonly<Record<string, string>>): Promise<AuthProcess> {
  const ports = { HOST: '127.0.0.1', PORT: '0', ADMIN_PORT: '0' };
  const child = spawn(process.execPath, [main], { env: { ...env, ...ports }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  try {
    const started = () => output.includes('"msg":"started"') || child.exitCode !== null;
    await waitFor(started, { timeoutMs: 30_000, what: 'auth to start' });
    const port = /"port":(\d+),"msg":"listening"/.exec(output)?.[1];
    if (port === undefined) throw new Error(`auth did not start: ${output}`);
    return {
      url: `http://127.0.0.1:${port}`,
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        await exited;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
