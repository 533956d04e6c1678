import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, defineApi, defineMessage, defineService, type Service } from '../contract/index.ts';
import { checkTopology, topologyProblems } from './index.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const service = (name: string, parts: Partial<Parameters<typeof defineService>[0]> = {}): Service =>
  defineService({ name, summary: name, workloads, ...parts });
const message = (owner: string, type: string) =>
  defineMessage({ service: owner, type, summary: type, data: z.object({}) });

describe('the check of all declarations together', () => {
  it('accepts an event with two consumers and a command with two publishers', () => {
    const event = message('members', 'withdrawn');
    const command = message('mail', 'email.auth');
    checkTopology([
      service('members', { publishes: [event, command] }),
      service('auth', { publishes: [command], consumes: [{ message: event }] }),
      service('mail', { consumes: [{ message: command }, { message: event }] }),
    ]);
  });

  it('accepts an event of its owner that nobody has asked for yet', () => {
    checkTopology([service('a', { publishes: [message('a', 'done')] })]);
  });

  const event = message('a', 'done');
  const command = message('b', 'obey');
  it.each<[string, Service[]]>([
    ['message b/obey is published by a and consumed by nobody', [service('a', { publishes: [command] }), service('b')]],
    [
      'the exchange of unheard and the stream of unheard events are both named unheard',
      [service('a', { publishes: [event] }), service('unheard', { publishes: [message('unheard', 'x')] })],
    ],
    [
      'message a/done is consumed by b and published by nobody',
      [service('a'), service('b', { consumes: [{ message: event }] })],
    ],
    ['message a/done is owned by a, which is no service', [service('b', { consumes: [{ message: event }] })]],
    [
      'message a/done is an event of its owner, but c publishes it too',
      [
        service('a', { publishes: [event] }),
        service('b', { consumes: [{ message: event }] }),
        service('c', { publishes: [event] }),
      ],
    ],
    [
      'message b/obey is a command to its owner, but c consumes it too',
      [
        service('a', { publishes: [command] }),
        service('b', { consumes: [{ message: command }] }),
        service('c', { consumes: [{ message: command }] }),
      ],
    ],
    [
      'message b/obey is neither published nor consumed by its owner',
      [service('a', { publishes: [command] }), service('b'), service('c', { consumes: [{ message: command }] })],
    ],
    [
      'message a/done is declared twice',
      [
        service('a', { publishes: [event] }),
        service('b', { consumes: [{ message: event }, { message: message('a', 'done'), queue: 'q' }] }),
      ],
    ],
    [
      'message a/done.* has a type that is not words between dots',
      [service('a', { publishes: [message('a', 'done.*')] })],
    ],
    [
      'a queue of c and a queue of b are both named b.a',
      [
        service('a', { publishes: [event] }),
        service('b', { consumes: [{ message: event, queue: 'b.a' }] }),
        service('c', { consumes: [{ message: event, queue: 'b.a' }] }),
      ],
    ],
    [
      'a dead letter queue of b and the dead letter exchange of b are both named b.dead',
      [service('a', { publishes: [event] }), service('b', { consumes: [{ message: event, queue: 'b' }] })],
    ],
    ['two services are named a', [service('a'), service('a')]],
    ['a calls b.ask, which no service answers', [service('a', { calls: [ask()] })]],
  ])('refuses declarations where %s', (problem, services) => {
    expect(topologyProblems(services)).toContain(problem);
    expect(() => checkTopology(services)).toThrow(problem);
  });
});

function ask() {
  const route = {
    method: 'GET',
    path: '',
    access: access.internal(),
    summary: 'Ask',
    responses: { 200: z.object({}) },
  } as const;
  return defineApi({ service: 'b', base: '/api/b', title: 'B', routes: { ask: route } }).routes.ask;
}
