import { type Service, usesBroker } from '@ticketaka/platform/contract';
import { rabbitDefinitions } from '@ticketaka/platform/topology';
import { Construct } from 'constructs';
import type { Secrets } from '../../environment.ts';
import { KeptSecret, type SecretContents } from '../kept-secret.ts';

export const definitionsSecret = 'rabbitmq-definitions';
export const definitionsFile = 'definitions.json';

export interface BrokerDefinitionsProps {
  /** What `definitionsContents` gives. */
  readonly contents: SecretContents;
  readonly secrets: Secrets;
}

/**
 * Users, rights, exchanges, queues and bindings of all services as RabbitMQ imports them, with a place in it for the
 * hash of each password. RabbitMQ's hash is a salt and SHA-256, which is no protection for a password that people chose,
 * and so none of it is in git.
 */
export function definitionsTemplate(services: readonly Service[]): string {
  const names = services.map(({ name }) => name);
  const definitions = rabbitDefinitions(services, Object.fromEntries(names.map((name) => [name, 'replaced below'])));
  const users = definitions.users.map((user) => ({ ...user, password_hash: `{{ .${user.name} }}` }));
  return `${JSON.stringify({ ...definitions, users }, undefined, 2)}\n`;
}

/** The definitions with their template: the hashes come from the entry `rabbitmq`. */
export function definitionsContents(services: readonly Service[]): SecretContents {
  const users = services.filter(usesBroker).map(({ name }) => [name, `${name}Hash`]);
  return {
    name: definitionsSecret,
    entry: 'rabbitmq',
    properties: Object.fromEntries(users),
    templates: { [definitionsFile]: definitionsTemplate(services) },
  };
}

/** The definitions, completed with the hashes in the cluster. */
export class BrokerDefinitions extends Construct {
  constructor(scope: Construct, id: string, { contents, secrets }: BrokerDefinitionsProps) {
    super(scope, id);
    new KeptSecret(this, 'kept', { contents, secrets });
  }
}
