import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const processIdentity = z.object({ pid: z.int(), startTime: z.string() });

const childState = processIdentity.extend({
  name: z.string(),
  state: z.enum(['starting', 'ready', 'dead']),
  /** Where it serves, if it serves in one place. */
  port: z.int().optional(),
  adminPort: z.int().optional(),
  ports: z.record(z.string(), z.int()),
});

const platformState = processIdentity.extend({
  startedAt: z.iso.datetime(),
  status: z.enum(['starting', 'ready', 'stopping']),
  /** For people and tests: `gateway`, `docs`, `mail`, `rabbitmq`, `mesh`. */
  urls: z.record(z.string(), z.string()),
  ports: z.record(z.string(), z.int()),
  children: z.array(childState),
  /** Connection URLs of each service, with its password: MARIADB_URL, REDIS_URL, AMQP_URL. */
  services: z.record(z.string(), z.record(z.string(), z.string())),
  /** Connection URLs of the administrators. */
  root: z.record(z.string(), z.string()),
});

/** What runs now, in `run/state.json`: complete once `status` is `ready`. Holds passwords, so it is for its owner only. */
export type PlatformState = z.output<typeof platformState>;
export type ChildState = z.output<typeof childState>;

export function readState(file: string): PlatformState | undefined {
  return readJsonFile(file, platformState);
}

export function writeState(file: string, state: PlatformState): void {
  writeJsonFile(file, state);
}
