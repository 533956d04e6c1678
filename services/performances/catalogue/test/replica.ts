import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { waitFor } from '@ticketaka/platform/testing';
import type { z } from 'zod';
import { Rankings, SearchResult } from '../../schemas/catalogue.ts';
import type { Servers } from './write-side.ts';

const mains = {
  'as it runs': new URL('../../main.catalogue.ts', import.meta.url),
  'feed alone': new URL('main.feed-alone.ts', import.meta.url),
};

export interface ReplicaOptions {
  readonly servers: Servers;
  /** Its own, kept over restarts. */
  readonly directory: string;
  /** A public JWKS; the service has routes that need one. */
  readonly jwks: string;
  /** With the feed alone it is not compared with MariaDB once it is there. @default 'as it runs' */
  readonly main?: keyof typeof mains;
  /** The feed forgets one in so many changes. @default none */
  readonly loseEvery?: number;
}

/** A catalogue as it runs: a process of its own. */
export class Replica {
  readonly #options: ReplicaOptions;
  #child: ReturnType<typeof spawn> | undefined;
  #output = '';
  url = '';

  constructor(options: ReplicaOptions) {
    this.#options = options;
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves when it answers requests; it may not be ready yet. */
  async start(): Promise<void> {
    const { servers, directory, jwks, main = 'as it runs', loseEvery } = this.#options;
    this.#output = '';
    const child = spawn(process.execPath, [fileURLToPath(mains[main])], {
      env: {
        HOST: '127.0.0.1',
        PORT: '0',
        ADMIN_PORT: '0',
        CHECK_RESPONSES: 'throw',
        JWKS_FILE: jwks,
        JWT_ISSUER: 'ticketaka',
        JWT_AUDIENCE: 'ticketaka',
        MARIADB_URL: servers.mariadb,
        AMQP_URL: servers.amqp,
        SNAPSHOT_DIR: join(directory, 'snapshots'),
        FILE_STORE_URL: pathToFileURL(join(directory, 'files')).href,
        ...(loseEvery !== undefined && { LOSE_EVERY: String(loseEvery) }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.#output += String(chunk)));
    const started = () => {
      if (child.exitCode !== null) throw new Error(this.#output);
      return this.#output.includes('"msg":"started"');
    };
    await waitFor(started, { timeoutMs: 30_000, what: 'a catalogue to start' });
    this.url = `http://127.0.0.1:${/"port":(\d+),"msg":"listening"/.exec(this.#output)?.[1]}`;
  }

  async ready(): Promise<boolean> {
    const port = /"adminPort":(\d+)/.exec(this.#output)?.[1];
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  }

  async startReady(): Promise<void> {
    await this.start();
    await waitFor(() => this.ready(), { timeoutMs: 30_000, what: 'a catalogue to be ready' });
  }

  /** @param signal SIGTERM lets it write its snapshot, SIGKILL does not */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.url}/api/performances${path}`, { headers });
  }

  async json<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    const response = await this.get(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return schema.parse(await response.json());
  }

  find(query: string) {
    const parameters = new URLSearchParams({ query, state: 'upcoming,running,ended,cancelled' });
    return this.json(`?${parameters.toString()}`, SearchResult);
  }

  /** The ids of everything that it has, by paging through the list. */
  async list(): Promise<Map<string, string>> {
    const titles = new Map<string, string>();
    let cursor: string | undefined;
    do {
      const parameters = new URLSearchParams({
        state: 'upcoming,running,ended,cancelled',
        limit: '100',
        sort: 'newest',
      });
      if (cursor !== undefined) parameters.set('cursor', cursor);
      const { performances, next } = await this.json(`?${parameters.toString()}`, SearchResult);
      for (const { id, title } of performances) {
        if (titles.has(id)) throw new Error(`${id} is listed twice`);
        titles.set(id, title.ko);
      }
      cursor = next;
    } while (cursor !== undefined);
    return titles;
  }

  rankings() {
    return this.json('/rankings', Rankings);
  }

  /** The number of a metric. */
  async metric(name: string): Promise<number> {
    const port = /"adminPort":(\d+)/.exec(this.#output)?.[1];
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(new RegExp(`^ticketaka_${name}(?:\\{.*\\})? (.+)$`, 'm').exec(text)?.[1]);
  }
}
