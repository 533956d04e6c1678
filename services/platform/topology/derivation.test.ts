import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { defineMessage, defineService, type Service } from '../contract/index.ts';
import { auth, exampleServices, mail, members } from '../testing/example-services.ts';
import {
  checkTopology,
  hashRabbitPassword,
  mariadbGrants,
  mariadbSchemaGrants,
  type Passwords,
  type RabbitDefinitions,
  rabbitDefinitions,
  redisAcl,
} from './index.ts';

const passwordsOf = (services: readonly Service[]): Passwords =>
  Object.fromEntries(services.map(({ name }) => [name, `password of ${name}`]));
const passwords = passwordsOf(exampleServices);
const salt = () => new Uint8Array([0x90, 0x8d, 0xc6, 0x0a]);

describe('RabbitMQ definitions', () => {
  const definitions = rabbitDefinitions(exampleServices, passwords, { salt });

  it('hash passwords as the manual of RabbitMQ does', () => {
    expect(hashRabbitPassword('test12', salt())).toBe('kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR');
  });

  it('are the same every time when the salt is given', () => {
    expect(rabbitDefinitions(exampleServices, passwords, { salt })).toEqual(definitions);
    expect(JSON.stringify(definitions)).not.toContain('password of');
  });

  it('let a service configure nothing, write what it publishes and read its queues', () => {
    const rights = Object.fromEntries(
      definitions.permissions.map(({ user, configure, write, read }) => [user, { configure, write, read }]),
    );
    expect(rights).toEqual({
      members: { configure: '^$', write: '^(members|mail)$', read: '^$' },
      auth: { configure: '^$', write: '^(auth\\.dead)$', read: '^(auth\\.member\\.withdrawn)$' },
      mail: { configure: '^$', write: '^(mail\\.dead)$', read: '^(email\\.auth)$' },
    });
  });

  it('give each queue a limit, a place for dead letters, and never drop a message on the way there', () => {
    expect(definitions.queues.find(({ name }) => name === 'email.auth')?.arguments).toEqual({
      'x-queue-type': 'quorum',
      'x-delivery-limit': 2,
      'x-dead-letter-exchange': 'mail.dead',
      'x-dead-letter-routing-key': 'email.auth',
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    });
    expect(definitions.bindings).toContainEqual(
      expect.objectContaining({ source: 'mail.dead', routing_key: 'email.auth', destination: 'email.auth.dead' }),
    );
  });

  it('are refused for declarations that do not fit, and for a service without a password', () => {
    expect(() => rabbitDefinitions([members], passwords)).toThrow('mail, which is no service');
    expect(() => rabbitDefinitions(exampleServices, {})).toThrow('no password is given for members');
  });

  it('keep events that nobody has asked for yet where an operator sees them', () => {
    const { exchanges, queues, bindings } = rabbitDefinitions([members], passwords, { partial: true });
    expect(exchanges).toContainEqual(
      expect.objectContaining({ name: 'members', arguments: { 'alternate-exchange': 'unheard' } }),
    );
    expect(exchanges).toContainEqual(expect.objectContaining({ name: 'mail', arguments: {} }));
    expect(queues).toContainEqual(
      expect.objectContaining({ name: 'unheard', arguments: expect.objectContaining({ 'x-queue-type': 'stream' }) }),
    );
    expect(bindings).toContainEqual(
      expect.objectContaining({ source: 'unheard', routing_key: '#', destination: 'unheard' }),
    );
  });

  it('of a part of the services have the exchanges that the part publishes to', () => {
    const partial = rabbitDefinitions([members], passwords, { partial: true });
    expect(partial.exchanges.map(({ name }) => name)).toEqual(['members', 'mail', 'unheard']);
  });

  it('never let a service publish, read or make what it does not declare', () => {
    fc.assert(
      fc.property(topologies, (services) => {
        checkTopology(services);
        const derived = rabbitDefinitions(services, passwordsOf(services), { salt });
        for (const service of services) {
          const may = rightsOf(derived, service.name);
          for (const other of services) {
            for (const { message, queue } of other.consumes) {
              expect(may.publish(message.service, message.type)).toBe(service.publishes.includes(message));
              expect(may.read(queue)).toBe(other === service);
              expect(may.publish(`${other.name}.dead`, queue)).toBe(other === service);
              expect(may.read(`${queue}.dead`)).toBe(false);
              for (const name of [queue, `x${queue}`, `${queue}x`, queue.replace('.', 'x')]) {
                expect(may.configure(name)).toBe(false);
                expect(may.publish('amq.default', name)).toBe(false);
              }
            }
          }
        }
      }),
    );
  });
});

describe('the Redis ACL', () => {
  it('has a user for each service that owns keys, and shuts the default user out', () => {
    const lines = redisAcl(exampleServices, passwords);
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['default', 'members', 'auth']);
    expect(lines[0]).toBe('user default off resetpass resetkeys resetchannels -@all');
    expect(lines[2]).toMatch(/^user auth on resetpass #[0-9a-f]{64} resetkeys ~auth:\* resetchannels &auth:\* /);
  });
});

describe('the MariaDB grants', () => {
  const statements = mariadbGrants(exampleServices, passwords);

  it('name no schema but the own one, and no right over others', () => {
    const grants = statements.filter((statement) => statement.startsWith('GRANT'));
    expect(grants).toHaveLength(3);
    for (const { name } of [members, auth, mail])
      expect(grants).toContainEqual(expect.stringMatching(new RegExp(` ON \`${name}\`\\.\\* TO '${name}'@'%'$`)));
    expect(grants.join('\n')).not.toMatch(/ALL|WITH GRANT OPTION|\*\.\*|SUPER|FILE|PROCESS/);
  });

  it('take an underscore in a schema for itself only', () => {
    const grants = mariadbSchemaGrants({ schema: 'auth_x', user: 'auth_x', password: 'p' });
    expect(grants.at(-1)).toContain('ON `auth\\_x`.*');
  });

  it.each(["a'; DROP", 'a`b', 'A', ''])('refuse the name %j', (schema) => {
    expect(() => mariadbSchemaGrants({ schema, user: 'a', password: 'p' })).toThrow('lower-case');
    expect(() => mariadbSchemaGrants({ schema: 'a', user: schema, password: 'p' })).toThrow('lower-case');
  });
});

/** What RabbitMQ would let the user do, by the rules of its access control. */
function rightsOf(definitions: RabbitDefinitions, user: string) {
  const rights = definitions.permissions.find((permission) => permission.user === user);
  return {
    configure: (name: string) => matches(rights?.configure, name),
    read: (name: string) => matches(rights?.read, name),
    publish(exchange: string, key: string) {
      const topic = definitions.topic_permissions.find((other) => other.user === user && other.exchange === exchange);
      // Without a topic permission for the exchange every key is allowed.
      return matches(rights?.write, exchange) && (!topic || matches(topic.write, key));
    },
  };
}

function matches(pattern: string | undefined, name: string) {
  return pattern !== undefined && new RegExp(pattern).test(name);
}

/** Services with events and commands between them, that fit together. */
const topologies = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom('a', 'ab', 'abc', 'b', 'mail'), { minLength: 2, maxLength: 4 }),
    links: fc.array(
      fc.record({
        from: fc.nat(),
        to: fc.nat(),
        type: fc.constantFrom('x', 'x.y', 'x.y.z', 'y', 'xy'),
        command: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ names, links }) => {
    const edges = new Map<string, { publisher: string; consumer: string; owner: string; type: string }>();
    for (const { from, to, type, command } of links) {
      const publisher = names[from % names.length] ?? '';
      const consumer = names[to % names.length] ?? '';
      if (publisher === consumer) continue;
      const owner = command ? consumer : publisher;
      const key = `${owner}/${type}`;
      if (!edges.has(key)) edges.set(key, { publisher, consumer, owner, type });
    }
    const all = [...edges.values()].map((edge) => ({
      ...edge,
      message: defineMessage({ service: edge.owner, type: edge.type, summary: '', data: z.object({}) }),
    }));
    return names.map((name) =>
      defineService({
        name,
        summary: name,
        workloads: {},
        publishes: all.filter(({ publisher }) => publisher === name).map(({ message }) => message),
        consumes: all
          .filter(({ consumer }) => consumer === name)
          .map(({ message }) => ({ message, queue: `${name}.${message.service}.${message.type}` })),
      }),
    );
  });
