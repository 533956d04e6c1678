import type { MachineEnvironment } from '../environment.ts';

/** One machine. The addresses are those of private servers that `local/` starts; it puts its own ports in. */
export const local: MachineEnvironment = {
  name: 'local',
  // A laptop is reached as localhost, as an address, and from its own containers.
  hosts: ['*'],
  token: { issuer: 'ticketaka', audience: 'ticketaka' },
  trustedProxies: 0,
  stores: {
    mariadb: { host: 'mariadb.ticketaka.internal', port: 23306, addresses: ['127.0.0.1'] },
    redis: { host: 'redis.ticketaka.internal', port: 26379, addresses: ['127.0.0.1'] },
    rabbitmq: { host: 'rabbitmq.ticketaka.internal', port: 25672, addresses: ['127.0.0.1'] },
  },
  egress: {
    smtp: { host: 'smtp.ticketaka.internal', port: 1025, addresses: ['127.0.0.1'] },
    kopis: { host: 'kopis.ticketaka.internal', port: 18_081, addresses: ['127.0.0.1'] },
    toss: { host: 'toss.ticketaka.internal', port: 18_082, addresses: ['127.0.0.1'], protocol: 'HTTP' },
    holidays: { host: 'holidays.ticketaka.internal', port: 18_081, addresses: ['127.0.0.1'] },
  },
};
