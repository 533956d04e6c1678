export { type OpenTestDatabase, openTestDatabase } from './open-test-database.ts';
export { type PrivateServer, type ServerKind, startPrivate } from './private-server.ts';
export { randomAddress } from './random-address.ts';
export { signToken } from './sign-token.ts';
export { createTestBroker, type TestBroker, type TestMessage } from './test-broker.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { createTestRedis, type TestRedis } from './test-redis.ts';
export type { TestResource } from './test-resource.ts';
export { type WaitOptions, waitFor } from './wait-for.ts';
