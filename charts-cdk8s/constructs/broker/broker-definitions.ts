import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { type Service, usesBroker } from '@ticketaka/platform/contract';
import { rabbitDefinitions } from '@ticketaka/platform/topology';
import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace } from '../../names.ts';
import { manifest } from '../manifest.ts';

export const definitionsSecret = 'rabbitmq-definitions';
export const definitionsFile = 'definitions.json';

export interface BrokerDefinitionsProps {
  readonly environment: ClusterEnvironment;
  /** What `definitionsTemplate` gives. */
  readonly definitions: string;
  readonly services: readonly Service[];
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

/** The definitions, which External Secrets completes with the hashes from the secret store. */
export class BrokerDefinitions extends Construct {
  constructor(scope: Construct, id: string, { environment, definitions, services }: BrokerDefinitionsProps) {
    super(scope, id);
    const { store, path } = environment.cluster.secrets;
    manifest(
      this,
      'secret',
      new ExternalSecret({
        metadata: { name: definitionsSecret, namespace },
        spec: {
          refreshInterval: '1h',
          secretStoreRef: { ...store },
          target: {
            name: definitionsSecret,
            creationPolicy: 'Owner',
            template: { engineVersion: 'v2', data: { [definitionsFile]: definitions } },
          },
          data: services.filter(usesBroker).map(({ name }) => ({
            secretKey: name,
            remoteRef: { key: `${path}/rabbitmq`, property: `${name}Hash` },
          })),
        },
      }),
    );
  }
}
