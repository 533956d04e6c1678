import { createHash, randomBytes } from 'node:crypto';
import { type Message, type Service, usesBroker } from '../contract/index.ts';
import { checkTopology, nameProblems, TopologyError } from './check.ts';
import { deadExchange, deadQueue, messagesOf, unheardEvents, unheardName } from './messages.ts';
import { type Passwords, passwordOf } from './passwords.ts';

interface QueueDefinition {
  readonly name: string;
  readonly vhost: string;
  readonly durable: true;
  readonly auto_delete: false;
  readonly arguments: Readonly<Record<string, string | number>>;
}

/** What RabbitMQ imports: `load_definitions` of rabbitmq.conf, or `POST /api/definitions`. */
export interface RabbitDefinitions {
  readonly vhosts: readonly { readonly name: string }[];
  readonly users: readonly {
    readonly name: string;
    readonly password_hash: string;
    readonly hashing_algorithm: 'rabbit_password_hashing_sha256';
    readonly tags: readonly string[];
  }[];
  readonly permissions: readonly {
    readonly user: string;
    readonly vhost: string;
    readonly configure: string;
    readonly write: string;
    readonly read: string;
  }[];
  readonly topic_permissions: readonly {
    readonly user: string;
    readonly vhost: string;
    readonly exchange: string;
    readonly write: string;
    readonly read: string;
  }[];
  readonly exchanges: readonly {
    readonly name: string;
    readonly vhost: string;
    readonly type: 'topic';
    readonly durable: true;
    readonly auto_delete: false;
    readonly internal: false;
    readonly arguments: Readonly<Record<string, string>>;
  }[];
  readonly queues: readonly QueueDefinition[];
  readonly bindings: readonly {
    readonly source: string;
    readonly vhost: string;
    readonly destination: string;
    readonly destination_type: 'queue';
    readonly routing_key: string;
    readonly arguments: Readonly<Record<string, never>>;
  }[];
}

export interface RabbitOptions {
  /** @default 'ticketaka' */
  readonly vhost?: string;
  /** The user of a service. @default the service's name */
  readonly userName?: (service: string) => string;
  /** Four bytes for each user; with it the definitions are the same every time. @default random */
  readonly salt?: (service: string) => Uint8Array;
  /** Some services only, as a test has them: messages from and to services that are not here are allowed. @default false */
  readonly partial?: boolean;
}

/** How long events that nobody has asked for are kept. */
const unheardHours = 24;

/**
 * Users, rights, exchanges, queues and bindings of all services.
 * A user may configure nothing, write to exchanges with the routing keys that it publishes, and read its own queues.
 * @throws {TopologyError} when the declarations contradict each other
 */
export function rabbitDefinitions(
  services: readonly Service[],
  passwords: Passwords,
  { vhost = 'ticketaka', userName = (name) => name, salt, partial = false }: RabbitOptions = {},
): RabbitDefinitions {
  if (partial) {
    const problems = nameProblems(services);
    if (problems.length > 0) throw new TopologyError(problems);
  } else checkTopology(services);

  const users = services.filter(usesBroker);
  const consumptions = services.flatMap((service) =>
    service.consumes.map((consumption) => ({ service, ...consumption })),
  );
  const followings = services.flatMap(({ follows }) => follows);
  const owners = [...new Set(messagesOf(services).map((message) => message.service))];
  const unheard = new Set(unheardEvents(services).map((message) => message.service));
  const dead = services.filter(({ consumes }) => consumes.length > 0).map(({ name }) => deadExchange(name));
  const bind = (source: string, routingKey: string, destination: string) => ({
    source,
    vhost,
    destination,
    destination_type: 'queue' as const,
    routing_key: routingKey,
    arguments: {},
  });

  return {
    vhosts: [{ name: vhost }],
    users: users.map(({ name }) => ({
      name: userName(name),
      password_hash: hashRabbitPassword(passwordOf(passwords, name), salt?.(name)),
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: [],
    })),
    permissions: users.map((service) => ({
      user: userName(service.name),
      vhost,
      configure: exactly([]),
      write: exactly(Object.keys(writes(service))),
      read: exactly([...service.consumes.map(({ queue }) => queue), ...service.follows.map(({ stream }) => stream)]),
    })),
    topic_permissions: users.flatMap((service) =>
      Object.entries(writes(service)).map(([exchange, keys]) => ({
        user: userName(service.name),
        vhost,
        exchange,
        write: exactly(keys),
        read: exactly([]),
      })),
    ),
    exchanges: [...owners, ...dead, ...(unheard.size > 0 ? [unheardName] : [])].map((name) => ({
      name,
      vhost,
      type: 'topic',
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: unheard.has(name) ? { 'alternate-exchange': unheardName } : {},
    })),
    queues: [
      ...consumptions.flatMap(({ service, queue, deliveryLimit }) => [
        quorumQueue(vhost, queue, {
          'x-delivery-limit': deliveryLimit,
          'x-dead-letter-exchange': deadExchange(service.name),
          'x-dead-letter-routing-key': queue,
          'x-dead-letter-strategy': 'at-least-once',
          // At-least-once dead-lettering works with no other overflow behaviour.
          'x-overflow': 'reject-publish',
        }),
        // From RabbitMQ 4.0 a queue without a limit of its own drops a message at the 20th look of an operator.
        quorumQueue(vhost, deadQueue(queue), { 'x-delivery-limit': 1_000_000 }),
      ]),
      ...followings.map(({ stream, retentionHours }) => streamQueue(vhost, stream, retentionHours)),
      ...(unheard.size > 0 ? [streamQueue(vhost, unheardName, unheardHours)] : []),
    ],
    bindings: [
      ...consumptions.flatMap(({ service, queue, message }) => [
        bind(message.service, message.type, queue),
        bind(deadExchange(service.name), queue, deadQueue(queue)),
      ]),
      ...followings.map(({ message, stream }) => bind(message.service, message.type, stream)),
      ...(unheard.size > 0 ? [bind(unheardName, '#', unheardName)] : []),
    ],
  };
}

/**
 * The stored form of a password in RabbitMQ: base64 of a salt and the SHA-256 of salt and password.
 * @see https://www.rabbitmq.com/docs/passwords#computing-password-hash
 * @param salt four bytes; random when left out
 */
export function hashRabbitPassword(password: string, salt: Uint8Array = randomBytes(4)): string {
  if (salt.byteLength !== 4) throw new Error('the salt of a RabbitMQ password is four bytes');
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

/** The exchanges that a service writes to, each with the routing keys that it may use there. */
function writes(service: Service): Readonly<Record<string, readonly string[]>> {
  const publishes = Object.groupBy(service.publishes, (message: Message) => message.service);
  const types = Object.entries(publishes).map(([exchange, messages = []]) => [
    exchange,
    messages.map(({ type }) => type),
  ]);
  const queues = service.consumes.map(({ queue }) => queue);
  // A consumer sends poison to its dead letters itself, so that the reason goes with it.
  if (queues.length > 0) types.push([deadExchange(service.name), queues]);
  return Object.fromEntries(types);
}

function quorumQueue(vhost: string, name: string, settings: QueueDefinition['arguments']): QueueDefinition {
  return { name, vhost, durable: true, auto_delete: false, arguments: { 'x-queue-type': 'quorum', ...settings } };
}

/** RabbitMQ drops a stream's segments as a whole, so they are small enough for the age to be kept about right. */
function streamQueue(vhost: string, name: string, retentionHours: number): QueueDefinition {
  const settings = { 'x-max-age': `${retentionHours}h`, 'x-stream-max-segment-size-bytes': 50_000_000 };
  return { name, vhost, durable: true, auto_delete: false, arguments: { 'x-queue-type': 'stream', ...settings } };
}

/** A regular expression that matches these names and no other. */
function exactly(names: readonly string[]): string {
  if (names.length === 0) return '^$';
  return `^(${names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;
}
