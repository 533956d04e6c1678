import { newId } from '@ticketaka/platform/ids';
import { createPool, type Pool } from 'mariadb';

/** A sale of one kind of place as it is often written: how many are left is one number in one row. */
export class HotRow implements AsyncDisposable {
  readonly #pool: Pool;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  static async open(rootUrl: string): Promise<HotRow> {
    const { hostname, port, username, password } = new URL(rootUrl);
    const pool = createPool({
      host: hostname,
      port: Number(port),
      user: username,
      password,
      connectionLimit: 16,
      // Everybody gets a turn, however long it takes.
      acquireTimeout: 600_000,
    });
    await pool.query('CREATE DATABASE hot_row');
    await pool.query('CREATE TABLE hot_row.counter (id INT PRIMARY KEY, sold INT NOT NULL, units INT NOT NULL)');
    await pool.query(
      'CREATE TABLE hot_row.bookings (id UUID PRIMARY KEY, member_id UUID NOT NULL, number INT NOT NULL)',
    );
    await pool.query('CREATE TABLE hot_row.messages (id BIGINT AUTO_INCREMENT PRIMARY KEY, body TEXT NOT NULL)');
    await pool.query('INSERT INTO hot_row.counter VALUES (1, 0, 0)');
    return new HotRow(pool);
  }

  /** Puts so many places on sale. */
  async fill(units: number): Promise<void> {
    await this.#pool.query('DELETE FROM hot_row.bookings');
    await this.#pool.query('UPDATE hot_row.counter SET sold = 0, units = ?', [units]);
  }

  /** @returns whether there was one left */
  async buy(): Promise<boolean> {
    const connection = await this.#pool.getConnection();
    try {
      await connection.beginTransaction();
      const [row] = await connection.query<[{ sold: number; units: number }]>(
        'SELECT sold, units FROM hot_row.counter WHERE id = 1 FOR UPDATE',
      );
      if (row.sold < row.units) {
        const id = newId();
        await connection.query('UPDATE hot_row.counter SET sold = sold + 1 WHERE id = 1');
        await connection.query('INSERT INTO hot_row.bookings VALUES (?, ?, ?)', [id, newId(), row.sold + 1]);
        await connection.query('INSERT INTO hot_row.messages (body) VALUES (?)', [JSON.stringify({ id })]);
      }
      await connection.commit();
      return row.sold < row.units;
    } finally {
      await connection.release();
    }
  }

  async sold(): Promise<number> {
    const [found] = await this.#pool.query<[{ sold: bigint }]>(
      'SELECT COUNT(DISTINCT number) AS sold FROM hot_row.bookings',
    );
    return Number(found.sold);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}
