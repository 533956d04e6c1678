import type { ConnectionConfig } from 'mariadb/callback';

/**
 * How every connection of the house is set, from `mariadb://user:password@host:port/schema`.
 * Times are UTC on both sides, numbers are JavaScript numbers (DECIMAL stays a string), and a statement's parameters
 * never reach an error message.
 * @throws TypeError when it is not such a URL; the message does not repeat it, since it holds a password
 */
export function connectionOptions(url: string): ConnectionConfig {
  const { protocol, hostname, port, username, password, pathname } = parse(url);
  const database = decodeURIComponent(pathname.slice(1));
  if (protocol !== 'mariadb:' || hostname === '' || database === '') {
    throw new TypeError('a MariaDB URL looks like mariadb://user:password@host:port/schema');
  }
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
    charset: 'utf8mb4',
    timezone: 'Z',
    bigIntAsNumber: true,
    insertIdAsNumber: true,
    logParam: false,
    connectTimeout: 2_000,
    keepAliveDelay: 15_000,
    initSql: ['SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', 'SET SESSION innodb_lock_wait_timeout = 5'],
  };
}

function parse(url: string) {
  try {
    return new URL(url);
  } catch {
    throw new TypeError('the MariaDB URL is not a URL');
  }
}
