import { createHash } from 'node:crypto';
import type { Service } from '../contract/index.ts';
import { type Passwords, passwordOf } from './passwords.ts';

export interface SchemaOwner {
  readonly schema: string;
  readonly user: string;
  readonly password: string;
}

/** What migrations and daily work need inside a schema. No routines, views, triggers or events, and no GRANT OPTION. */
const rights = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'ALTER',
  'DROP',
  'INDEX',
  'REFERENCES',
  'LOCK TABLES',
  'CREATE TEMPORARY TABLES',
] as const;

/**
 * SQL statements that make the schema and the user of each service that owns one. They may be run again and again, and
 * take back rights that a service no longer has. Each is one line without a semicolon at its end.
 */
export function mariadbGrants(services: readonly Service[], passwords: Passwords): readonly string[] {
  return services
    .filter((service) => service.owns.mariadb)
    .flatMap(({ name }) => mariadbSchemaGrants({ schema: name, user: name, password: passwordOf(passwords, name) }));
}

/** The statements for one schema. The password goes in as its hash. */
export function mariadbSchemaGrants({ schema, user, password }: SchemaOwner): readonly string[] {
  if (!/^[a-z][a-z0-9_]*$/.test(schema) || !/^[a-z][a-z0-9_]*$/.test(user))
    throw new Error(`a schema and its user are lower-case letters, digits and _ only: '${schema}', '${user}'`);
  const account = `'${user}'@'%'`;
  const identified = `IDENTIFIED VIA mysql_native_password USING '${nativePasswordHash(password)}'`;
  return [
    `CREATE DATABASE IF NOT EXISTS \`${schema}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    `CREATE USER IF NOT EXISTS ${account} ${identified}`,
    `ALTER USER ${account} ${identified}`,
    `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${account}`,
    // In the name of a grant an underscore stands for any character.
    `GRANT ${rights.join(', ')} ON \`${schema.replaceAll('_', '\\_')}\`.* TO ${account}`,
  ];
}

/** @see https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/ */
function nativePasswordHash(password: string) {
  const once = createHash('sha1').update(password, 'utf8').digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}
