import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';

/** A server in a process of its own, so that its CPU time can be told. */
export interface ChildServer {
  readonly url: string;
  /** Where it does nothing but answer, if it has such a place. */
  readonly emptyUrl: string;
  /** CPU time used so far, in microseconds. */
  cpu(): Promise<number>;
  /** Resolves when as many lines more are in its log as there were requests. */
  logged<T extends { readonly answered: number }>(load: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

const message = z.object({ port: z.number().optional(), emptyPort: z.number().optional(), cpu: z.number().optional() });

/** Starts a file that sends its port when it listens, and its CPU time whenever it is asked. */
export async function startChildServer(file: string, name = ''): Promise<ChildServer> {
  // The log goes where production's would: out of the process.
  const child = fork(file, [name], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  });
  const { port, emptyPort } = await reply(child);
  return {
    url: `http://127.0.0.1:${port}`,
    emptyUrl: `http://127.0.0.1:${emptyPort}/empty`,
    async cpu() {
      child.send('cpu');
      return (await reply(child)).cpu ?? Number.NaN;
    },
    async logged(load) {
      const before = lines;
      const loaded = await load();
      await waitFor(() => lines - before >= loaded.answered, { what: 'a line for every request' });
      return loaded;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

async function reply(child: ChildProcess) {
  const [given] = await once(child, 'message');
  return message.parse(given);
}
