import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../testing/index.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

function migration(service: string, MARIADB_URL: string) {
  const entry = join(root, service, 'main.migration.ts');
  return run(process.execPath, [entry], { env: { MARIADB_URL }, timeout: 60_000 });
}

describe('the migration of a service', () => {
  it('brings its schema up to date and ends, and finds nothing to do the second time', async () => {
    await using database = await createTestDatabase('mail');
    const tables = async () => JSON.stringify(await database.query('SHOW TABLES'));
    const first = await migration('mail', database.url);
    const made = await tables();
    expect(first.stdout).toContain('migrated');
    expect(made).not.toBe('[]');
    const second = await migration('mail', database.url);
    expect(second.stdout).not.toContain('"migrated"');
    expect(await tables()).toBe(made);
  }, 120_000);

  it('says in one line which variable is missing, and that another start is no help', async () => {
    await expect(migration('mail', '')).rejects.toMatchObject({
      code: 78,
      stderr: 'mail-migration: Configuration: MARIADB_URL is not set\n',
    });
  }, 60_000);
});
