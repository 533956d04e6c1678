export type { Redis } from 'ioredis';
export { openRedis, type RedisOptions } from './redis.ts';
