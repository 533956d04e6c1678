import { expect, it } from '@jest/globals';
import { synthOne } from '../test/synth.ts';
import { ExternalEntry } from './external-entry.ts';

it('is plain TCP at fixed addresses, seen by its own namespace only', () => {
  const server = { host: 'db.example', port: 3306, addresses: ['10.0.0.1', 'fd00::1'] } as const;
  expect(
    synthOne((scope) => new ExternalEntry(scope, 'db', { name: 'mariadb', server, protocol: 'TCP' })).spec,
  ).toEqual({
    hosts: ['db.example'],
    addresses: ['10.0.0.1/32', 'fd00::1/128'],
    ports: [{ name: 'tcp-mariadb', number: 3306, protocol: 'TCP' }],
    location: 'MESH_EXTERNAL',
    resolution: 'STATIC',
    endpoints: [{ address: '10.0.0.1' }, { address: 'fd00::1' }],
    exportTo: ['.'],
  });
});

it('is told by its host where it speaks HTTP, wherever DNS says that it is', () => {
  const server = { host: 'api.example', port: 80 };
  expect(synthOne((scope) => new ExternalEntry(scope, 'api', { name: 'api', server, protocol: 'HTTP' })).spec).toEqual({
    hosts: ['api.example'],
    ports: [{ name: 'http-api', number: 80, protocol: 'HTTP' }],
    location: 'MESH_EXTERNAL',
    resolution: 'DNS',
    exportTo: ['.'],
  });
});

it('refuses TCP without addresses', () => {
  const server = { host: 'db.example', port: 3306 };
  const synth = () => synthOne((scope) => new ExternalEntry(scope, 'db', { name: 'mariadb', server, protocol: 'TCP' }));
  expect(synth).toThrow('addresses');
});

it('has all ports of its host, since of two entries for one host one loses', () => {
  const used = {
    name: 'redis-1',
    server: { host: 'redis-1.example', port: 6379, addresses: ['10.0.0.1'] },
    protocol: 'TCP',
    morePorts: { sentinel: 26_379 },
  } as const;
  expect(synthOne((scope) => new ExternalEntry(scope, 'redis', used)).spec).toMatchObject({
    addresses: ['10.0.0.1/32'],
    ports: [
      { name: 'tcp-redis-1', number: 6379, protocol: 'TCP' },
      { name: 'tcp-sentinel', number: 26_379, protocol: 'TCP' },
    ],
    endpoints: [{ address: '10.0.0.1' }],
  });
});
