import type { Message, Service } from '../contract/index.ts';

/** Every message that a service publishes, consumes or follows, each once. */
export function messagesOf(services: readonly Service[]): readonly Message[] {
  return [
    ...new Set(
      services.flatMap(({ publishes, consumes, follows }) => [
        ...publishes,
        ...[...consumes, ...follows].map(({ message }) => message),
      ]),
    ),
  ];
}

export function publishersOf(services: readonly Service[], message: Message): readonly string[] {
  return services.filter((service) => service.publishes.includes(message)).map((service) => service.name);
}

export function consumersOf(services: readonly Service[], message: Message): readonly string[] {
  return services
    .filter(({ consumes, follows }) => [...consumes, ...follows].some((taken) => taken.message === message))
    .map((service) => service.name);
}

/** Events that their owner publishes and nobody has asked for yet. */
export function unheardEvents(services: readonly Service[]): readonly Message[] {
  return messagesOf(services).filter(
    (message) =>
      publishersOf(services, message).includes(message.service) && consumersOf(services, message).length === 0,
  );
}

/**
 * Where those go: an exchange and a stream, so that publishers, who insist on a queue, are content, and an operator can
 * see them.
 */
export const unheardName = 'unheard';
export const deadExchange = (service: string) => `${service}.dead`;
export const deadQueue = (queue: string) => `${queue}.dead`;
