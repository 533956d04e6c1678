import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Waits for what RabbitMQ knows of its quorum queues to be on disk. Two tables hold it, and are written behind by up to
 * three seconds: a node that is killed before that comes back with a queue that takes messages and never confirms one.
 * @param mnesia the node's RABBITMQ_MNESIA_BASE
 * @throws when a queue is not on disk yet
 */
export async function quorumQueuesOnDisk(
  mnesia: string,
  queues: readonly { readonly vhost: string; readonly name: string }[],
): Promise<void> {
  const [node] = (await readdir(mnesia, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && !/-(?:rename|plugins-expand)$/.test(entry.name),
  );
  if (!node) throw new Error('RabbitMQ has no data yet');
  const dir = join(mnesia, node.name, 'quorum', node.name);
  const ids = await currentIds(dir);
  const tables = await Promise.all(['names.dets', 'meta.dets'].map((table) => readFile(join(dir, table))));
  for (const { vhost, name } of queues) {
    const id = ids.get(`${vhost}_${name}`);
    if (id === undefined) throw new Error(`queue ${name} has no log yet`);
    if (!tables.every((table) => table.includes(id))) throw new Error(`queue ${name} is not on disk yet`);
  }
}

/** The id of each queue's log, which is its folder. A queue that was deleted and made anew may have left an old one. */
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
