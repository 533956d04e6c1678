import type { Message, Service } from '../contract/index.ts';
import {
  consumersOf,
  deadExchange,
  deadQueue,
  messagesOf,
  publishersOf,
  unheardEvents,
  unheardName,
} from './messages.ts';

/** Declarations that contradict each other. The message names every contradiction, one a line. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the declarations contradict each other:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Checks that the declarations of all services fit together.
 * @throws {TopologyError}
 */
export function checkTopology(services: readonly Service[]): void {
  const problems = topologyProblems(services);
  if (problems.length > 0) throw new TopologyError(problems);
}

/** What {@link checkTopology} throws about; empty when everything fits. */
export function topologyProblems(services: readonly Service[]): readonly string[] {
  return [
    ...nameProblems(services),
    ...callProblems(services),
    ...messagesOf(services).flatMap((message) => deliveryProblems(services, message)),
  ];
}

/** Contradictions that also hold for a part of the services: two things of one name. */
export function nameProblems(services: readonly Service[]): readonly string[] {
  const messages = messagesOf(services);
  const taken = new Map<string, string>();
  const problems: string[] = [];
  const take = (kind: string, name: string) => {
    // Exchanges and queues share names too: RabbitMQ's permissions do not tell one from the other.
    const other = taken.get(name);
    if (other) problems.push(`${kind} and ${other} are both named ${name}`);
    taken.set(name, kind);
  };
  const repeated = services.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index);
  for (const name of new Set(repeated)) problems.push(`two services are named ${name}`);

  if (unheardEvents(services).length > 0) take('the stream of unheard events', unheardName);
  for (const owner of new Set(messages.map((message) => message.service))) take(`the exchange of ${owner}`, owner);
  for (const service of services) {
    for (const { stream } of service.follows) take(`a stream of ${service.name}`, stream);
    if (service.consumes.length === 0) continue;
    take(`the dead letter exchange of ${service.name}`, deadExchange(service.name));
    for (const { queue } of service.consumes) {
      take(`a queue of ${service.name}`, queue);
      take(`a dead letter queue of ${service.name}`, deadQueue(queue));
    }
  }
  for (const message of messages) {
    if (messages.some((other) => other !== message && label(other) === label(message)))
      problems.push(`${label(message)} is declared twice`);
    if (!/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(message.type))
      problems.push(`${label(message)} has a type that is not words between dots`);
  }
  return [...new Set(problems)];
}

function callProblems(services: readonly Service[]) {
  return services.flatMap((service) =>
    service.calls.flatMap((call) => {
      const callee = services.find(({ name }) => name === call.service);
      if (callee?.api?.routes[call.name]) return [];
      return [`${service.name} calls ${call.service}.${call.name}, which no service answers`];
    }),
  );
}

function deliveryProblems(services: readonly Service[], message: Message) {
  const publishers = publishersOf(services, message);
  const consumers = consumersOf(services, message);
  if (!services.some(({ name }) => name === message.service))
    return [`${label(message)} is owned by ${message.service}, which is no service`];
  // An event may be there before anybody listens. A command is published as mandatory, so that without a queue it would
  // come back as an error at run time.
  if (consumers.length === 0 && publishers.every((name) => name === message.service)) return [];
  if (consumers.length === 0)
    return [`${label(message)} is published by ${publishers.join(', ')} and consumed by nobody`];
  if (publishers.length === 0)
    return [`${label(message)} is consumed by ${consumers.join(', ')} and published by nobody`];
  const strangers = (names: readonly string[]) => names.filter((name) => name !== message.service);
  if (publishers.includes(message.service)) {
    return strangers(publishers).map(
      (name) => `${label(message)} is an event of its owner, but ${name} publishes it too`,
    );
  }
  if (!consumers.includes(message.service)) return [`${label(message)} is neither published nor consumed by its owner`];
  return strangers(consumers).map((name) => `${label(message)} is a command to its owner, but ${name} consumes it too`);
}

const label = (message: Message) => `message ${message.service}/${message.type}`;
