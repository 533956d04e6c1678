import type { Environment } from '../environment.ts';

/** The cluster behind one load balancer. Addresses are from the private network of the stores. */
export const prod: Environment = {
  name: 'prod',
  hosts: ['ticketaka.example'],
  tlsSecret: 'ticketaka-tls',
  token: { issuer: 'ticketaka', audience: 'ticketaka' },
  trustedProxies: 1,
  stores: {
    mariadb: { host: 'mariadb.ticketaka.internal', port: 3306, addresses: ['10.64.0.10'] },
    redis: { host: 'redis.ticketaka.internal', port: 6379, addresses: ['10.64.0.20'] },
    rabbitmq: { host: 'rabbitmq.ticketaka.internal', port: 5672, addresses: ['10.64.0.30'] },
  },
  egress: {
    smtp: { host: 'smtp.ticketaka.internal', port: 587, addresses: ['10.64.0.40'] },
    kopis: { host: 'www.kopis.or.kr', port: 80 },
    holidays: { host: 'apis.data.go.kr', port: 80 },
  },
};
