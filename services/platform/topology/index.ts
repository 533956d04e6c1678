export { callersOf, callerWorkloads } from './callers.ts';
export { checkTopology, TopologyError, topologyProblems } from './check.ts';
export { mariadbGrants, mariadbSchemaGrants, type SchemaOwner } from './mariadb-grants.ts';
export { type Passwords, passwordOf } from './passwords.ts';
export {
  hashRabbitPassword,
  type RabbitDefinitions,
  type RabbitOptions,
  rabbitDefinitions,
} from './rabbit-definitions.ts';
export { type KeyOwner, redisAcl, redisAclLine } from './redis-acl.ts';
