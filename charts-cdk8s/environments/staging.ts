import type { ClusterEnvironment } from '../environment.ts';
import { prod } from './prod.ts';

/** As prod in all but size and names, so that what works here works there. */
export const staging: ClusterEnvironment = {
  name: 'staging',
  hosts: ['staging.ticketaka.example'],
  tlsSecret: 'ticketaka-tls',
  token: prod.token,
  trustedProxies: prod.trustedProxies,
  stores: {
    mariadb: { host: 'mariadb.staging.ticketaka.internal', port: 3306, addresses: ['10.65.0.10'] },
    redis: {
      master: 'ticketaka',
      port: 6379,
      sentinelPort: 26_379,
      nodes: [
        { host: 'redis-1.staging.ticketaka.internal', address: '10.65.0.20' },
        { host: 'redis-2.staging.ticketaka.internal', address: '10.65.0.21' },
        { host: 'redis-3.staging.ticketaka.internal', address: '10.65.0.22' },
      ],
    },
    rabbitmq: prod.stores.rabbitmq,
  },
  egress: {
    ...prod.egress,
    smtp: { host: 'smtp.staging.ticketaka.internal', port: 587, addresses: ['10.65.0.40'] },
  },
  cluster: {
    ...prod.cluster,
    monitoring: {
      ...prod.cluster.monitoring,
      // Nobody is woken for it.
      slack: { critical: '#ticketaka-staging', warning: '#ticketaka-staging' },
      email: { ...prod.cluster.monitoring.email, to: 'developers@ticketaka.example' },
      grafana: 'https://grafana.staging.ticketaka.example',
    },
    publicUrl: 'https://staging.ticketaka.example',
    maxReplicas: 4,
    secrets: {
      kind: 'external-secrets',
      store: { kind: 'ClusterSecretStore', name: 'ticketaka' },
      path: 'ticketaka/staging',
    },
    files: { ...prod.cluster.files, bucket: 'ticketaka-staging-files' },
    edge: { kind: 'alb', scheme: 'internal' },
    gateway: { ...prod.cluster.gateway, min: 2, max: 4 },
    canary: { approval: false },
  },
};
