import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineService, type Role } from '@ticketaka/platform/contract';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, writeJwks } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, signToken, waitFor } from '@ticketaka/platform/testing';
import { startTestWorkload } from '@ticketaka/platform/testing/workload';
import { z } from 'zod';
import { changeFeed, sessionCancelled } from '../api.ts';
import { service } from '../service.ts';
import { type Overrides, wireApi } from '../wire.ts';
import { Caller } from './caller.ts';

export type PerformancesServer = Awaited<ReturnType<typeof startPerformances>>;

/** Whoever listens to changes, in place of the catalogue. */
const listener = defineService({
  name: 'listener',
  summary: 'Takes what is published',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  consumes: [{ message: changeFeed }, { message: sessionCancelled }],
});
const envelope = z.object({ subject: z.string(), type: z.literal(changeFeed.type), data: changeFeed.data });
const cancellation = z.object({ type: z.literal(sessionCancelled.type), data: sessionCancelled.data });

/** The write side as it runs, in this process, with a database, a broker and keys of its own. */
export async function startPerformances(overrides: Overrides & { readonly fileStoreUrl?: string } = {}) {
  const [database, broker] = await Promise.all([createTestDatabase(service), createTestBroker([service, listener])]);
  const directory = await mkdtemp(join(tmpdir(), 'performances-'));
  const keys = createKeySet(await generateKey(), new Date());
  const jwks = join(directory, 'jwks.json');
  await writeJwks(jwks, keys);

  const { fileStoreUrl = pathToFileURL(join(directory, 'files')).href, ...parts } = overrides;
  const workload = await startTestWorkload({
    service,
    config: {
      MARIADB_URL: database.url,
      AMQP_URL: broker.url(service.name),
      JWKS_FILE: jwks,
      FILE_STORE_URL: fileStoreUrl,
    },
    wire: (runtime) => wireApi(runtime, parts),
  });
  const { url, logged } = workload;
  const changes: z.output<typeof envelope>[] = [];
  const cancellations: z.output<typeof cancellation>['data'][] = [];

  async function takeChanges() {
    const messages = await broker.take(`listener.${changeFeed.type}`);
    changes.push(...messages.map(({ body }) => envelope.parse(JSON.parse(body))));
  }

  return {
    url,
    fileStoreUrl,
    database,
    logged,
    /** Somebody with a token for these roles, or without any. */
    caller(roles: readonly Role[] | undefined, memberId = newId()) {
      return new Caller(url, memberId, roles && signToken(keys, { memberId, roles }));
    },
    /** The changes of a performance that were published, once there are as many as this. */
    async changesOf(performanceId: string, count: number) {
      const of = () => changes.filter(({ subject }) => subject === performanceId).map(({ data }) => data);
      const enough = async () => {
        await takeChanges();
        return of().length >= count;
      };
      await waitFor(enough, { timeoutMs: 10_000, what: `${count} changes of ${performanceId}` });
      return of();
    },
    /** Sessions of a performance that were said to be called off. Everything before its last change is told by then. */
    async cancellationsOf(performanceId: string) {
      const messages = await broker.take(`listener.${sessionCancelled.type}`);
      cancellations.push(...messages.map(({ body }) => cancellation.parse(JSON.parse(body)).data));
      return cancellations.filter((each) => each.performanceId === performanceId);
    },
    async [Symbol.asyncDispose]() {
      await workload[Symbol.asyncDispose]();
      await Promise.all([database, broker].map((part) => part[Symbol.asyncDispose]()));
      await rm(directory, { recursive: true });
    },
  };
}
