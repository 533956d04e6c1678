import type { RedisOptions } from 'ioredis';

/** Where Redis is, as the client wants it. */
export type RedisAddress = Pick<
  RedisOptions,
  | 'host'
  | 'port'
  | 'username'
  | 'password'
  | 'db'
  | 'tls'
  | 'name'
  | 'sentinels'
  | 'sentinelUsername'
  | 'sentinelPassword'
>;

/** Schemes of REDIS_URL. */
export const redisProtocols = /^(rediss?|redis\+sentinel)$/;

/**
 * Reads the address of a server, `redis://user:password@host:port`, by TLS with `rediss:`; or of several that take over
 * from each other, `redis+sentinel://user:password@name?sentinel=host:port&sentinel=…`: the sentinels know which of those
 * that they watch by this name is the master. They know the user by the same password.
 * @throws for a URL of another kind, or one that names no sentinel
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1);
  if (!redisProtocols.test(protocol)) throw new Error(`${url.protocol} is no address of Redis`);
  const login = {
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
  };
  const database = url.pathname.slice(1);
  const common = { ...login, ...(database !== '' && { db: Number(database) }) };
  if (protocol !== 'redis+sentinel') {
    const server = { host: url.hostname, port: Number(url.port || 6379) };
    return { ...common, ...server, ...(protocol === 'rediss' && { tls: {} }) };
  }
  const sentinels = url.searchParams.getAll('sentinel').map(readSentinel);
  if (sentinels.length === 0) throw new Error('an address by sentinels names none');
  return {
    ...common,
    name: url.hostname,
    sentinels,
    ...(login.username !== undefined && { sentinelUsername: login.username }),
    ...(login.password !== undefined && { sentinelPassword: login.password }),
  };
}

function readSentinel(text: string) {
  const { hostname, port } = new URL(`redis://${text}`);
  return { host: hostname, port: Number(port || 26_379) };
}
