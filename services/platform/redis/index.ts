export type { Redis } from 'ioredis';
export { redisProtocols } from './address.ts';
export { openRedis, type RedisOptions } from './redis.ts';
