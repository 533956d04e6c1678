import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { auth, exampleServices, mail, members } from './example-services.ts';
import { createTestBroker, type TestBroker, waitFor } from './index.ts';

describe('a test broker', () => {
  let broker: TestBroker;
  const connections: ChannelModel[] = [];

  beforeAll(async () => {
    broker = await createTestBroker(exampleServices);
  }, 120_000);

  afterAll(async () => {
    for (const connection of connections) await connection.close();
    await broker[Symbol.asyncDispose]();
  });

  async function open(url: string) {
    const connection = await connect(url);
    connections.push(connection);
    return connection;
  }

  /** A refusal closes the channel, so each is tried on one of its own; the error is what RabbitMQ says. */
  async function refusal(url: string, act: (channel: Channel) => unknown) {
    const channel = await (await open(url)).createChannel();
    const closed = new Promise<Error>((resolve) => channel.once('error', resolve));
    // The call itself may fail with the same error, or not wait for an answer at all.
    await Promise.resolve(act(channel)).catch(() => {});
    return (await closed).message;
  }

  it('delivers what a service publishes to the queue that another declares', async () => {
    const channel = await (await open(broker.url(members))).createConfirmChannel();
    channel.publish('mail', 'email.auth', Buffer.from('a'));
    channel.publish('members', 'member.withdrawn', Buffer.from('b'));
    await channel.waitForConfirms();
    expect(await broker.queueLength('email.auth')).toBe(1);
    expect((await broker.take('auth.member.withdrawn')).map(({ body }) => body)).toEqual(['b']);
    expect((await broker.take('email.auth')).map(({ body }) => body)).toEqual(['a']);
  });

  it('sets a message aside when its deliveries are used up', async () => {
    await broker.publishRaw({ exchange: 'mail', routingKey: 'email.auth', body: { poison: true } });
    const channel = await (await open(broker.url(mail))).createChannel();
    await channel.consume('email.auth', (message) => message && channel.reject(message, true));
    await waitFor(async () => (await broker.queueLength('email.auth.dead')) === 1, { timeoutMs: 20_000 });
    expect((await broker.take('email.auth.dead')).map(({ body }) => body)).toEqual(['{"poison":true}']);
  });

  it('says so when no queue takes a message', async () => {
    await expect(broker.publishRaw({ exchange: 'mail', routingKey: 'nothing', body: 'x' })).rejects.toThrow('no queue');
  });

  it.each([
    [
      'a key that it does not publish',
      (channel: Channel) => channel.publish('mail', 'email.realtime', Buffer.from('x')),
    ],
    [
      'the exchange of a service that it has nothing to say to',
      (channel: Channel) => channel.publish('mail.dead', 'email.auth', Buffer.from('x')),
    ],
    [
      'the default exchange, which leads to every queue',
      (channel: Channel) => channel.publish('', 'email.auth', Buffer.from('x')),
    ],
    ["another's queue", (channel: Channel) => channel.consume('email.auth', () => {})],
    ['a queue of its own making', (channel: Channel) => channel.assertQueue('members.own')],
    ['an exchange of its own making', (channel: Channel) => channel.assertExchange('members.own', 'topic')],
    ["a binding of another's queue", (channel: Channel) => channel.bindQueue('email.auth', 'members', '#')],
    ["the end of another's queue", (channel: Channel) => channel.deleteQueue('email.auth')],
  ])('refuses members %s', async (_, act) => {
    expect(await refusal(broker.url(members), act)).toMatch(/ACCESS_REFUSED/);
  });

  it('refuses a consumer of an event to publish it', async () => {
    const answer = refusal(broker.url(auth), (channel) =>
      channel.publish('members', 'member.withdrawn', Buffer.from('x')),
    );
    expect(await answer).toMatch(/ACCESS_REFUSED/);
  });
});
