import { randomBytes } from 'node:crypto';
import { createConnection } from 'mariadb';
import { z } from 'zod';
import type { Service } from '../contract/index.ts';
import { mariadbSchemaGrants } from '../topology/index.ts';
import { askManager } from './server-manager.ts';
import type { TestResource } from './test-resource.ts';

/** A schema of its own, for one test file or one test. */
export interface TestDatabase extends TestResource {
  /** For MARIADB_URL: a user with the rights that the service has, and no other. */
  readonly url: string;
  readonly schema: string;
  /** One statement as root, to look or to break something. */
  query(sql: string, values?: readonly unknown[]): Promise<unknown>;
}

/** Makes an empty schema and its user. Disposing drops both, and ends connections that are left. */
export async function createTestDatabase(service: Service | string): Promise<TestDatabase> {
  const name = typeof service === 'string' ? service : service.name;
  const schema = `${name}_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const server = await askManager('/shared/mariadb', { answer: z.object({ url: z.url() }) });
  await asRoot(server.url, mariadbSchemaGrants({ schema, user: schema, password }));
  return {
    url: `mariadb://${schema}:${password}@${new URL(server.url).host}/${schema}`,
    schema,
    async query(sql, values = []) {
      const root = await createConnection(new URL(`/${schema}`, server.url).href);
      try {
        return await root.query(sql, [...values]);
      } finally {
        await root.end();
      }
    },
    async [Symbol.asyncDispose]() {
      // A connection in a transaction would make the drop wait for it.
      await asRoot(server.url, [
        `KILL USER '${schema}'`,
        `DROP DATABASE IF EXISTS \`${schema}\``,
        `DROP USER IF EXISTS '${schema}'@'%'`,
      ]);
    },
  };
}

async function asRoot(url: string, statements: readonly string[]) {
  const root = await createConnection(url);
  try {
    for (const statement of statements) await root.query(statement);
  } finally {
    await root.end();
  }
}
