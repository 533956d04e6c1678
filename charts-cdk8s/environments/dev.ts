import type { ClusterEnvironment } from '../environment.ts';
import { prod } from './prod.ts';

/** A small cluster of our own machines, in one zone, behind a pair of Nginx proxies. */
export const dev: ClusterEnvironment = {
  name: 'dev',
  hosts: ['dev.ticketaka.example'],
  tlsSecret: 'ticketaka-tls',
  token: prod.token,
  trustedProxies: 1,
  stores: {
    mariadb: { host: 'mariadb.dev.ticketaka.internal', port: 3306, addresses: ['10.66.0.10'] },
    redis: { host: 'redis.dev.ticketaka.internal', port: 6379, addresses: ['10.66.0.20'] },
    rabbitmq: prod.stores.rabbitmq,
  },
  egress: {
    ...prod.egress,
    smtp: { host: 'smtp.dev.ticketaka.internal', port: 1025, addresses: ['10.66.0.40'] },
  },
  cluster: {
    ...prod.cluster,
    monitoring: {
      ...prod.cluster.monitoring,
      // Nobody is woken for it.
      slack: { critical: '#ticketaka-dev', warning: '#ticketaka-dev' },
      email: { ...prod.cluster.monitoring.email, to: 'developers@ticketaka.example' },
      grafana: 'https://grafana.dev.ticketaka.example',
    },
    publicUrl: 'https://dev.ticketaka.example',
    logLevel: 'debug',
    zones: false,
    maxReplicas: 2,
    secrets: {
      kind: 'external-secrets',
      store: { kind: 'ClusterSecretStore', name: 'ticketaka' },
      path: 'ticketaka/dev',
    },
    files: {
      host: 's3.dev.ticketaka.internal',
      port: 443,
      addresses: ['10.66.0.50'],
      bucket: 'ticketaka-dev-files',
      region: 'local',
    },
    broker: {
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '1Gi' } },
      storage: '10Gi',
    },
    edge: {
      kind: 'dmz',
      address: '192.0.2.10',
      proxies: [
        { name: 'dmz-1', address: '192.0.2.11', interface: 'eth0' },
        { name: 'dmz-2', address: '192.0.2.12', interface: 'eth0' },
      ],
      nodes: ['10.66.1.11', '10.66.1.12', '10.66.1.13'],
    },
    issuer: { kind: 'ClusterIssuer', name: 'internal' },
    gateway: { ...prod.cluster.gateway, min: 2, max: 2 },
    canary: { approval: false },
  },
};
