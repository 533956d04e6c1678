import { describe, expect, it } from '@jest/globals';
import { connectionOptions } from './connection-options.ts';

describe('a MariaDB URL', () => {
  it('may hold any password', () => {
    const password = 'p@ss:w/ord?#%한';
    const url = `mariadb://members:${encodeURIComponent(password)}@db.example:3307/members`;
    expect(connectionOptions(url)).toMatchObject({
      host: 'db.example',
      port: 3307,
      user: 'members',
      password,
      database: 'members',
    });
  });

  it('may leave the port out, and name the host by an IPv6 address', () => {
    expect(connectionOptions('mariadb://u:p@[::1]/s')).toMatchObject({ host: '::1', port: 3306 });
  });

  it.each(['redis://u:secret@localhost/s', 'mariadb://u:secret@localhost', 'mariadb//u:secret@localhost/s', ''])(
    'is not %j, and the error does not repeat it',
    (url) => {
      expect(() => connectionOptions(url)).toThrow(/^(?!.*secret)/);
    },
  );
});
