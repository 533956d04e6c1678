import { randomBytes } from 'node:crypto';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { z } from 'zod';
import type { Service } from '../contract/index.ts';
import { type RabbitDefinitions, rabbitDefinitions } from '../topology/index.ts';
import { askManager } from './server-manager.ts';
import type { TestResource } from './test-resource.ts';

export interface TestMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly messageId: string | undefined;
  /** The body as it is; `JSON.parse` it for the envelope. */
  readonly body: string;
}

export interface RawMessage {
  readonly exchange: string;
  readonly routingKey: string;
  /** An object is sent as JSON. */
  readonly body: string | object;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly messageId?: string;
}

/** A virtual host of its own with what the services declare. The helpers act as root. */
export interface TestBroker extends TestResource {
  readonly vhost: string;
  /** For AMQP_URL: a user with the rights of that service. */
  url(service: Service | string): string;
  /** Messages that are ready in the queue, not counting those at a consumer. */
  queueLength(queue: string): Promise<number>;
  /** Removes up to `count` messages from the queue. @default 100 */
  take(queue: string, count?: number): Promise<readonly TestMessage[]>;
  /** Publishes anything, confirmed. @throws when no queue takes it */
  publishRaw(message: RawMessage): Promise<void>;
}

/** Makes a virtual host for the services; they need not be all, nor fit together. Disposing removes it and its users. */
export async function createTestBroker(services: readonly Service[]): Promise<TestBroker> {
  const suffix = randomBytes(6).toString('hex');
  const vhost = `test-${suffix}`;
  const userName = (name: string) => `${name}-${suffix}`;
  const passwords = Object.fromEntries(services.map(({ name }) => [name, randomBytes(16).toString('hex')]));
  const server = await askManager('/shared/rabbitmq', { answer: z.object({ url: z.url(), management: z.url() }) });
  const definitions = rabbitDefinitions(services, passwords, { vhost, userName, partial: true });
  const root = new URL(server.management).username;
  await manage(server.management, { method: 'POST', path: '/api/definitions', body: withRoot(definitions, root) });

  let connection: Promise<{ model: ChannelModel; channel: ConfirmChannel }> | undefined;
  const channel = async () => {
    connection ??= openChannel(`${server.url}/${vhost}`);
    return (await connection).channel;
  };
  return {
    vhost,
    url(service) {
      const name = typeof service === 'string' ? service : service.name;
      const password = passwords[name];
      if (!password) throw new Error(`${name} is none of the services of this broker`);
      return `amqp://${userName(name)}:${password}@${new URL(server.url).host}/${vhost}`;
    },
    async queueLength(queue) {
      return (await (await channel()).checkQueue(queue)).messageCount;
    },
    async take(queue, count = 100) {
      const messages: TestMessage[] = [];
      while (messages.length < count) {
        const message = await (await channel()).get(queue, { noAck: true });
        if (message === false) break;
        const { fields, properties, content } = message;
        messages.push({
          exchange: fields.exchange,
          routingKey: fields.routingKey,
          headers: properties.headers ?? {},
          // The type says any; AMQP says a short string or nothing.
          messageId: properties.messageId as string | undefined,
          body: content.toString('utf8'),
        });
      }
      return messages;
    },
    async publishRaw({ exchange, routingKey, body, headers = {}, messageId }) {
      const open = await channel();
      const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      let returned = false;
      const onReturn = () => {
        returned = true;
      };
      // RabbitMQ sends the return before the confirm.
      open.once('return', onReturn);
      open.publish(exchange, routingKey, content, {
        persistent: true,
        mandatory: true,
        headers,
        ...(messageId !== undefined && { messageId }),
      });
      await open.waitForConfirms();
      open.removeListener('return', onReturn);
      if (returned) throw new Error(`no queue takes ${exchange}/${routingKey}`);
    },
    async [Symbol.asyncDispose]() {
      if (connection) await (await connection).model.close();
      await manage(server.management, { method: 'DELETE', path: `/api/vhosts/${vhost}` });
      for (const { name } of definitions.users)
        await manage(server.management, { method: 'DELETE', path: `/api/users/${name}` });
    },
  };
}

function withRoot(definitions: RabbitDefinitions, root: string): RabbitDefinitions {
  const everything = definitions.vhosts.map(({ name }) => ({
    user: root,
    vhost: name,
    configure: '.*',
    write: '.*',
    read: '.*',
  }));
  return { ...definitions, permissions: [...definitions.permissions, ...everything] };
}

async function openChannel(url: string) {
  const model = await connect(url);
  const channel = await model.createConfirmChannel();
  // A closed channel fails the call that closed it; the event must only have a listener.
  for (const emitter of [model, channel]) emitter.on('error', () => {});
  return { model, channel };
}

async function manage(management: string, { method, path, body }: { method: string; path: string; body?: object }) {
  const { origin, username, password } = new URL(management);
  const response = await fetch(origin + path, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`RabbitMQ ${method} ${path}: ${response.status} ${text}`);
}
