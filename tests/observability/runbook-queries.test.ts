import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { services } from '@ticketaka/charts/services';
import { createTestDatabase } from '@ticketaka/platform/testing';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/operations');
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
const command = /mariadb -h \S+ -u (?<user>\w+) -p (?<schema>\w+) -e (?<quote>["'])(?<sql>.*?)\k<quote>$/gm;
const found = pages.flatMap((page) =>
  [...readFileSync(join(folder, page), 'utf8').matchAll(command)].map(({ groups }) => ({
    page,
    schema: groups?.['schema'] ?? '',
    // What the client takes for the end of a statement, and what one has to fill in.
    sql: (groups?.['sql'] ?? '').replace(/\\G$/, '').replaceAll('<session>', randomUUID()),
  })),
);
const asked = services.filter(({ name }) => found.some(({ schema }) => schema === name));

it.each(asked)('what pages ask $name can be asked of its tables', async (service) => {
  await using database = await createTestDatabase(service);
  await promisify(execFile)(process.execPath, [join(root, 'services', service.name, 'main.migration.ts')], {
    env: { PATH: process.env['PATH'] ?? '', MARIADB_URL: database.url },
  });
  const wrong: string[] = [];
  for (const { page, sql } of found.filter(({ schema }) => schema === service.name))
    await database.query(sql).catch((error: unknown) => wrong.push(`${page}: ${sql}: ${String(error)}`));
  expect(wrong).toEqual([]);
});

it('is asked of the tables of services that there are', () => {
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter(({ schema }) => !services.some(({ name }) => name === schema))).toEqual([]);
});
