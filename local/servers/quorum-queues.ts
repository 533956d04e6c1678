import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Waits for what RabbitMQ knows of its quorum queues to be on disk. Two tables hold it, and are written behind by up to
 * three seconds: a node that is killed before that comes back with a queue that takes messages and never confirms one.
 * @param mnesia the node's RABBITMQ_MNESIA_BASE
 * @throws when a queue is not on disk yet
 */
export async function quorumQueuesOnDisk(mnesia: string, queues: readonly string[]): Promise<void> {
  const [node] = (await readdir(mnesia, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && !/-(?:rename|plugins-expand)$/.test(entry.name),
  );
  if (!node) throw new Error('RabbitMQ has no data yet');
  const dir = join(mnesia, node.name, 'quorum', node.name);
  const entries = await readdir(dir, { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const [table, wanted] of [
    ['names.dets', [...queues, ...ids]],
    ['meta.dets', ids],
  ] as const) {
    const content = await readFile(join(dir, table));
    const missing = wanted.find((name) => !content.includes(name));
    if (missing !== undefined) throw new Error(`${missing} is not in ${table} yet`);
  }
}
