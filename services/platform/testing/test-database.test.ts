import { describe, expect, it } from '@jest/globals';
import { createConnection } from 'mariadb';
import { createTestDatabase } from './index.ts';

describe('a test database', () => {
  it('is open to its service and to no other', async () => {
    await using auth = await createTestDatabase('auth');
    await using members = await createTestDatabase('members');
    await auth.query('CREATE TABLE secrets (id INT PRIMARY KEY)');

    const own = await createConnection(auth.url);
    await own.query('INSERT INTO secrets VALUES (1)');
    expect(await own.query('SELECT id FROM secrets')).toEqual([{ id: 1 }]);
    await own.end();

    const other = await createConnection(members.url);
    await expect(other.query(`SELECT id FROM ${auth.schema}.secrets`)).rejects.toThrow(/denied/);
    await other.end();
  });
});
