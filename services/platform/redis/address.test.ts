import { describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from './address.ts';

describe('an address of Redis', () => {
  it('is a server', () => {
    expect(parseRedisUrl('redis://auth:p%40ss@cache.example:6380/3')).toEqual({
      host: 'cache.example',
      port: 6380,
      username: 'auth',
      password: 'p@ss',
      db: 3,
    });
    expect(parseRedisUrl('redis://cache.example')).toEqual({ host: 'cache.example', port: 6379 });
  });

  it('is a server that shows a certificate', () => {
    expect(parseRedisUrl('rediss://cache.example')).toEqual({ host: 'cache.example', port: 6379, tls: {} });
  });

  it('is what sentinels say, who know the same user', () => {
    expect(parseRedisUrl('redis+sentinel://auth:p%40ss@shop?sentinel=a.example:26380&sentinel=b.example')).toEqual({
      name: 'shop',
      username: 'auth',
      password: 'p@ss',
      sentinels: [
        { host: 'a.example', port: 26_380 },
        { host: 'b.example', port: 26_379 },
      ],
      sentinelUsername: 'auth',
      sentinelPassword: 'p@ss',
    });
  });

  it.each(['redis+sentinel://auth:secret@shop', 'http://cache.example', 'memcached://cache.example'])(
    'is not %s',
    (url) => {
      expect(() => parseRedisUrl(url)).toThrow();
      expect(() => parseRedisUrl(url)).not.toThrow('secret');
    },
  );
});
