import type { ClusterEnvironment } from '../environment.ts';
import { footprints } from '../footprints.ts';
import { broker, hostOf } from '../names.ts';

/** The cluster behind one load balancer. Addresses are from the private network of the stores. */
export const prod: ClusterEnvironment = {
  name: 'prod',
  hosts: ['ticketaka.example'],
  tlsSecret: 'ticketaka-tls',
  token: { issuer: 'ticketaka', audience: 'ticketaka' },
  trustedProxies: 1,
  stores: {
    mariadb: { host: 'mariadb.ticketaka.internal', port: 3306, addresses: ['10.64.0.10'] },
    redis: {
      master: 'ticketaka',
      port: 6379,
      sentinelPort: 26_379,
      nodes: [
        { host: 'redis-1.ticketaka.internal', address: '10.64.0.20' },
        { host: 'redis-2.ticketaka.internal', address: '10.64.0.21' },
        { host: 'redis-3.ticketaka.internal', address: '10.64.0.22' },
      ],
    },
    rabbitmq: { host: hostOf(broker.name), port: broker.port, pods: broker.labels },
  },
  egress: {
    smtp: { host: 'smtp.ticketaka.internal', port: 587, addresses: ['10.64.0.40'] },
    kopis: { host: 'www.kopis.or.kr', port: 80 },
    toss: { host: 'api.tosspayments.com', port: 443 },
    holidays: { host: 'apis.data.go.kr', port: 80 },
  },
  cluster: {
    registry: 'ghcr.io/ticketaka',
    publicUrl: 'https://ticketaka.example',
    logLevel: 'info',
    zones: true,
    // An on-sale of a million people: 150 bookings a second, by two replicas of each.
    footprints: {
      'reservation-api': { ...footprints['reservation-api'], cpu: 560 },
      'reservation-worker': { ...footprints['reservation-worker'], cpu: 190 },
    },
    secrets: {
      kind: 'external-secrets',
      store: { kind: 'ClusterSecretStore', name: 'ticketaka' },
      path: 'ticketaka/prod',
    },
    prometheus: 'http://prometheus-operated.monitoring.svc.cluster.local:9090',
    traces: 'http://otel-collector.monitoring.svc.cluster.local:4318',
    files: {
      host: 's3.ap-northeast-2.amazonaws.com',
      port: 443,
      bucket: 'ticketaka-prod-files',
      region: 'ap-northeast-2',
    },
    mailFrom: 'Ticketaka <no-reply@ticketaka.example>',
    monitoring: {
      slack: { critical: '#ticketaka-on-call', warning: '#ticketaka-alerts' },
      email: {
        to: 'on-call@ticketaka.example',
        from: 'alerts@ticketaka.example',
        server: 'smtp.ticketaka.internal:587',
        user: 'alerts',
      },
      grafana: 'https://grafana.ticketaka.example',
    },
    broker: {
      resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '4', memory: '4Gi' } },
      storage: '50Gi',
      storageClass: 'gp3',
    },
    edge: { kind: 'alb', scheme: 'internet-facing' },
    issuer: { kind: 'ClusterIssuer', name: 'letsencrypt' },
    gateway: {
      min: 3,
      max: 20,
      resources: { requests: { cpu: '500m', memory: '256Mi' }, limits: { cpu: '2', memory: '1Gi' } },
    },
    canary: { approval: true },
  },
};
