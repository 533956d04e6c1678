import { createHash } from 'node:crypto';
import type { Service } from '../contract/index.ts';
import { type Passwords, passwordOf } from './passwords.ts';

export interface KeyOwner {
  readonly user: string;
  readonly password: string;
  /** Its keys and channels all begin with this and a colon. */
  readonly prefix: string;
}

/**
 * The lines of a Redis ACL file: one user for each service that owns keys, and nobody else.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
export function redisAcl(services: readonly Service[], passwords: Passwords): readonly string[] {
  const owners = services.filter((service) => service.owns.redis);
  return [
    'user default off resetpass resetkeys resetchannels -@all',
    ...owners.map(({ name }) => redisAclLine({ user: name, password: passwordOf(passwords, name), prefix: name })),
  ];
}

/** The ACL line of one user. */
export function redisAclLine({ user, password, prefix }: KeyOwner): string {
  if (!/^[a-z0-9_.-]+$/i.test(user) || !/^[a-z0-9_.-]+$/i.test(prefix))
    throw new Error(`a Redis user is letters, digits and _.- only: '${user}', '${prefix}'`);
  const hash = createHash('sha256').update(password, 'utf8').digest('hex');
  return [
    `user ${user} on resetpass #${hash} resetkeys ~${prefix}:* resetchannels &${prefix}:*`,
    '+@all -@dangerous -@admin',
    // A client asks INFO whether the data is loaded; the category takes it for dangerous.
    '+info',
    // These show the names of everybody's keys and channels, whatever the key pattern.
    '-scan -randomkey -pubsub',
    // Libraries of functions and the cache of scripts are shared by all users.
    '-function -fcall -fcall_ro -script +script|load +script|exists',
  ].join(' ');
}
