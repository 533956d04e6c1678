import { describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { createConnection } from 'mariadb';
import { auth, exampleServices, mail, members } from './example-services.ts';
import { type PrivateServer, startPrivate } from './index.ts';

describe('a server that a test kills', () => {
  it('has the rows of MariaDB that were committed', async () => {
    await using server = await startPrivate('mariadb', exampleServices);
    await withMariadb(server, 'CREATE TABLE kept (id INT PRIMARY KEY)');
    await withMariadb(server, 'INSERT INTO kept VALUES (7)');
    await server.kill();
    await expect(withMariadb(server, 'SELECT id FROM kept')).rejects.toThrow();
    await server.start();
    expect(await withMariadb(server, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
  });

  it('has the keys of Redis', async () => {
    await using server = await startPrivate('redis', exampleServices);
    const root = new Redis(server.rootUrl);
    // As a rule it may keep the last moment to itself.
    await root.config('SET', 'appendfsync', 'always');
    root.disconnect();
    const client = new Redis(server.url(auth), { maxRetriesPerRequest: 1 });
    client.on('error', () => {});
    await client.set('auth:kept', '7');
    await server.kill();
    await server.start();
    client.disconnect();
    const again = new Redis(server.url(auth));
    expect(await again.get('auth:kept')).toBe('7');
    again.disconnect();
  });

  it('has the messages of RabbitMQ that were confirmed', async () => {
    await using server = await startPrivate('rabbitmq', exampleServices);
    const connection = await connect(server.url(members));
    connection.on('error', () => {});
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => {});
    channel.publish('mail', 'email.auth', Buffer.from('kept'), { persistent: true });
    await channel.waitForConfirms();
    await server.kill();
    await server.start();
    const again = await connect(server.url(mail));
    const message = await (await again.createChannel()).get('email.auth', { noAck: true });
    expect(message && message.content.toString()).toBe('kept');
    await again.close();
  }, 120_000);
});

async function withMariadb(server: PrivateServer, sql: string): Promise<unknown> {
  const connection = await createConnection(server.url(auth));
  try {
    return await connection.query(sql);
  } finally {
    await connection.end();
  }
}
