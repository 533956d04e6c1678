export { freePorts } from './free-ports.ts';
export { ensureInstalled } from './install.ts';
export { type MariadbOptions, prepareMariadb } from './mariadb.ts';
export { prepareServers, type ServerOptions, type ServerSet, type ServerUrls } from './prepare-servers.ts';
export { prepareRabbitmq, type RabbitmqOptions, type RabbitmqPorts } from './rabbitmq.ts';
export { prepareRedis, type RedisOptions } from './redis.ts';
export { openSecrets, type Secrets } from './secrets.ts';
