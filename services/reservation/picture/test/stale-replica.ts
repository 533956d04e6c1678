import { type PrivateServer, startPrivate, waitFor } from '@ticketaka/platform/testing';
import { Redis } from 'ioredis';
import { service } from '../../service.ts';

export interface StaleReplica extends AsyncDisposable {
  /** Follows the server until now, and hears nothing more of it. */
  fallBehind(): Promise<void>;
  /** The server becomes what the replica is, whatever was written to it since, and is the master again. */
  takeOver(): Promise<void>;
}

/** A replica that loses its master for a while, and is what is left of it then. */
export async function replicaOf(server: PrivateServer): Promise<StaleReplica> {
  const replica = await startPrivate('redis', [service]);
  const [there, here] = [server, replica].map(({ rootUrl }) => new Redis(rootUrl));
  if (!there || !here) throw new Error('there are two');

  /** As it is asked to by a sentinel. */
  async function follow(follower: Redis, { rootUrl }: PrivateServer) {
    const { hostname, port, username, password } = new URL(rootUrl);
    await follower.config('SET', 'masteruser', username, 'masterauth', password);
    await follower.replicaof(hostname, port);
    await waitFor(async () => (await follower.info('replication')).includes('master_link_status:up'), {
      timeoutMs: 30_000,
    });
    await follower.replicaof('NO', 'ONE');
  }

  return {
    fallBehind: () => follow(here, server),
    takeOver: () => follow(there, replica),
    async [Symbol.asyncDispose]() {
      there.disconnect();
      here.disconnect();
      await replica[Symbol.asyncDispose]();
    },
  };
}
