import type { Message, Service } from '../contract/index.ts';

/** Whether the service has anything to do with RabbitMQ, and so needs a user there. */
export function usesBroker(service: Service): boolean {
  return service.publishes.length > 0 || service.consumes.length > 0;
}

/** Every message that a service publishes or consumes, each once. */
export function messagesOf(services: readonly Service[]): readonly Message[] {
  return [
    ...new Set(
      services.flatMap((service) => [...service.publishes, ...service.consumes.map(({ message }) => message)]),
    ),
  ];
}

export function publishersOf(services: readonly Service[], message: Message): readonly string[] {
  return services.filter((service) => service.publishes.includes(message)).map((service) => service.name);
}

export function consumersOf(services: readonly Service[], message: Message): readonly string[] {
  return services
    .filter((service) => service.consumes.some((consumption) => consumption.message === message))
    .map((service) => service.name);
}

export const deadExchange = (service: string) => `${service}.dead`;
export const deadQueue = (queue: string) => `${queue}.dead`;
