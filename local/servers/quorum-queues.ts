import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poll } from './poll.ts';

interface Queue {
  readonly vhost: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A member of a Raft cluster of the node: one for each quorum queue, and one for all streams. */
interface Member {
  /** The folder where RabbitMQ keeps the logs of its kind. */
  readonly system: 'quorum' | 'coordination';
  /** How its process is registered in the node. */
  readonly name: string;
}

export interface QueueKeeper {
  /** The node's RABBITMQ_MNESIA_BASE. */
  readonly mnesia: string;
  /** Has the node evaluate an Erlang expression. */
  readonly evaluate: (expression: string) => Promise<unknown>;
}

/** Twice as long as the tables are behind. */
const patienceMs = 6_000;

/**
 * Waits for what RabbitMQ knows of its quorum queues, and of its streams, to be on disk. Two tables hold it, and are written behind by up to
 * three seconds: a node that is killed before that comes back with a queue that takes messages and never confirms one,
 * since it has lost its log, gets a new one, and nobody calls the election of its leader. So that is done here.
 */
export async function untilQueuesOnDisk(
  queues: readonly Queue[],
  { mnesia, evaluate, signal }: QueueKeeper & { readonly signal: AbortSignal },
): Promise<void> {
  const members = membersOf(queues);
  let electAt = performance.now() + patienceMs;
  await poll(signal, async () => {
    const missing = await notOnDisk(mnesia, members);
    if (missing.length === 0) return;
    if (performance.now() > electAt) {
      electAt = performance.now() + patienceMs;
      for (const { name } of missing) await evaluate(`ra:trigger_election({${atom(name)}, node()}).`);
    }
    throw new Error(`not on disk yet: ${missing.map(({ name }) => name).join(', ')}`);
  });
}

function membersOf(queues: readonly Queue[]): readonly Member[] {
  const ofType = (type: string) => queues.filter((queue) => queue.arguments['x-queue-type'] === type);
  const quorum = ofType('quorum').map(({ vhost, name }) => ({ system: 'quorum' as const, name: `${vhost}_${name}` }));
  const coordinator = { system: 'coordination' as const, name: 'rabbit_stream_coordinator' };
  return ofType('stream').length > 0 ? [...quorum, coordinator] : quorum;
}

const atom = (name: string) => `'${name.replaceAll(/['\\]/g, '\\$&')}'`;

async function notOnDisk(mnesia: string, members: readonly Member[]): Promise<readonly Member[]> {
  const [node] = (await readdir(mnesia, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && !/-(?:rename|plugins-expand)$/.test(entry.name),
  );
  if (!node) throw new Error('RabbitMQ has no data yet');
  const systems = (['quorum', 'coordination'] as const).map(async (system) => {
    const ours = members.filter((member) => member.system === system);
    if (ours.length === 0) return [];
    const dir = join(mnesia, node.name, system, node.name);
    const ids = await currentIds(dir);
    const tables = await Promise.all(['names.dets', 'meta.dets'].map((table) => readFile(join(dir, table))));
    return ours.filter(({ name }) => {
      const id = ids.get(name);
      return id === undefined || !tables.every((table) => table.includes(id));
    });
  });
  return (await Promise.all(systems)).flat();
}

/** The id of each member's log, which is its folder. A queue that was deleted and made anew may have left an old one. */
async function currentIds(dir: string): Promise<ReadonlyMap<string, string>> {
  const entries = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const logs = await Promise.all(
    entries.map(async ({ name: id }) => {
      // An Erlang term: `id => {'vhost_queue',node}, … created => milliseconds`. Gone when the queue just was deleted.
      const config = await readFile(join(dir, id, 'config'), 'utf8').catch(() => '');
      const [, queue = ''] = /\bid =>\s*\{'?([^',]+)'?,/.exec(config) ?? [];
      const [, created = '0'] = /\bcreated =>\s*(\d+)/.exec(config) ?? [];
      return { queue, id, created: Number(created) };
    }),
  );
  return new Map(logs.toSorted((a, b) => a.created - b.created).map(({ queue, id }) => [queue, id]));
}
