import type { RabbitDefinitions } from '@ticketaka/platform/topology';
import { z } from 'zod';

const named = z.looseObject({ name: z.string(), vhost: z.string() });
const found = z.object({
  users: z.array(z.looseObject({ name: z.string(), password_hash: z.string() })),
  permissions: z.array(z.looseObject({ user: z.string(), vhost: z.string() })),
  topic_permissions: z.array(z.looseObject({ user: z.string(), vhost: z.string(), exchange: z.string() })),
  exchanges: z.array(named),
  queues: z.array(named.extend({ arguments: z.record(z.string(), z.unknown()) })),
  bindings: z.array(
    z.looseObject({ source: z.string(), vhost: z.string(), destination: z.string(), routing_key: z.string() }),
  ),
});

/**
 * Makes a running RabbitMQ agree with the definitions. The import at its start only adds: this takes away users, rights
 * and bindings that are no longer declared, and makes queues anew whose settings changed. No message is ever thrown
 * away but those of streams, which are kept for a while only: a queue that is no longer declared goes only when it is
 * empty.
 * @param management URL of the management API with the name and password of an administrator
 * @throws when the server is not there yet, does not agree, or a queue with messages has other settings than declared
 */
export async function reconcile(management: string, definitions: RabbitDefinitions): Promise<void> {
  const api = managementApi(management);
  const actual = found.parse(await api('GET', '/api/definitions'));
  const vhosts = new Set(definitions.vhosts.map(({ name }) => name));
  const declared = (kind: 'exchanges' | 'queues', vhost: string, name: string) =>
    (definitions[kind] as readonly { vhost: string; name: string }[]).some(
      (other) => other.vhost === vhost && other.name === name,
    );
  let changed = false;
  const remove = async (path: string) => {
    await api('DELETE', path);
    changed = true;
  };

  for (const { name } of actual.users)
    if (!definitions.users.some((user) => user.name === name)) await remove(`/api/users/${segment(name)}`);
  for (const { user, vhost } of stale(actual.topic_permissions, definitions.topic_permissions, [
    'user',
    'vhost',
    'exchange',
  ]))
    if (definitions.users.some(({ name }) => name === user))
      await remove(`/api/topic-permissions/${segment(vhost)}/${segment(user)}`);
  for (const { user, vhost } of stale(actual.permissions, definitions.permissions, ['user', 'vhost']))
    if (definitions.users.some(({ name }) => name === user))
      await remove(`/api/permissions/${segment(vhost)}/${segment(user)}`);
  for (const binding of stale(actual.bindings, definitions.bindings, [
    'source',
    'vhost',
    'destination',
    'routing_key',
  ])) {
    const { source, vhost, destination, routing_key } = binding;
    await remove(
      `/api/bindings/${segment(vhost)}/e/${segment(source)}/q/${segment(destination)}/${segment(routing_key)}`,
    );
  }
  for (const queue of actual.queues.filter(({ vhost }) => vhosts.has(vhost))) {
    const path = `/api/queues/${segment(queue.vhost)}/${segment(queue.name)}`;
    const wanted = definitions.queues.find(({ vhost, name }) => vhost === queue.vhost && name === queue.name);
    if (wanted && canonical(wanted.arguments) === canonical(queue.arguments)) continue;
    // A stream cannot be emptied, and whoever reads it starts anew where it has a gap.
    const stream = queue.arguments['x-queue-type'] === 'stream';
    if (stream || (await isEmpty(api, path))) await remove(path);
    else if (wanted)
      throw new Error(`queue ${queue.name} has messages and other settings than declared; empty it first`);
  }
  for (const { vhost, name } of actual.exchanges.filter((exchange) => vhosts.has(exchange.vhost)))
    if (!declared('exchanges', vhost, name)) await remove(`/api/exchanges/${segment(vhost)}/${segment(name)}`);

  if (changed) await api('POST', '/api/definitions', definitions);
  verify(changed ? found.parse(await api('GET', '/api/definitions')) : actual, definitions);
}

function verify(actual: z.output<typeof found>, definitions: RabbitDefinitions) {
  const missing = [
    ...stale(definitions.users, actual.users, ['name', 'password_hash']),
    ...stale(definitions.permissions, actual.permissions, ['user', 'vhost', 'configure', 'write', 'read']),
    ...stale(definitions.topic_permissions, actual.topic_permissions, ['user', 'vhost', 'exchange', 'write', 'read']),
    ...stale(definitions.exchanges, actual.exchanges, ['vhost', 'name', 'type']),
    ...stale(definitions.queues, actual.queues, ['vhost', 'name', 'arguments']),
    ...stale(definitions.bindings, actual.bindings, ['source', 'vhost', 'destination', 'routing_key']),
  ];
  if (missing.length > 0) throw new Error(`RabbitMQ does not have ${JSON.stringify(missing[0])}`);
}

/** Those of the first list that the second has not, by these properties. */
function stale<T extends object>(these: readonly T[], those: readonly object[], by: readonly string[]) {
  const key = (value: object) => {
    const properties: Record<string, unknown> = { ...value };
    return canonical(by.map((name) => properties[name]));
  };
  const known = new Set(those.map(key));
  return these.filter((value) => !known.has(key(value)));
}

/** JSON in which the order of properties does not count. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Looks for a message itself: the counts that RabbitMQ shows are seconds old, and missing after a start. */
async function isEmpty(api: Api, queue: string) {
  const look = { count: 1, ackmode: 'ack_requeue_true', encoding: 'base64' };
  return z.array(z.unknown()).parse(await api('POST', `${queue}/get`, look)).length === 0;
}

type Api = (method: string, path: string, body?: object) => Promise<unknown>;

function managementApi(management: string): Api {
  const { origin, username, password } = new URL(management);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return async (method, path, body) => {
    const response = await fetch(origin + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(20_000),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`RabbitMQ ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

const segment = encodeURIComponent;
