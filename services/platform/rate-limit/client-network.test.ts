import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { clientNetwork } from './client-network.ts';

describe('the network of a client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it('is one for all addresses of a /64, and another for another /64', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const half = fc.tuple(group, group, group, group).map((groups) => groups.join(':'));
    fc.assert(
      fc.property(fc.tuple(half, half), fc.tuple(half, half), ([network, other], [host, another]) => {
        fc.pre(network !== other && !network.startsWith('0:0:0:0'));
        expect(clientNetwork(`${network}:${host}`)).toBe(clientNetwork(`${network}:${another}`));
        expect(clientNetwork(`${network}:${host}`)).not.toBe(clientNetwork(`${other}:${host}`));
      }),
    );
  });
});
