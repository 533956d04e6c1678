import { describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev.ts';
import { environments } from '../environments/index.ts';
import { edgeFiles } from './edge-files.ts';

const files = new Map(edgeFiles(dev).map(({ name, text }) => [name, text]));
const nginx = files.get('dmz-1/nginx.conf') ?? '';
const [first = '', second = ''] = ['dmz-1', 'dmz-2'].map((name) => files.get(`${name}/keepalived.conf`));

describe('the proxies before the cluster', () => {
  it('are two machines of one configuration', () => {
    expect([...files.keys()]).toEqual([
      'dmz-1/nginx.conf',
      'dmz-1/keepalived.conf',
      'dmz-2/nginx.conf',
      'dmz-2/keepalived.conf',
    ]);
    expect(files.get('dmz-2/nginx.conf')).toBe(nginx);
  });

  it('send plain HTTP to HTTPS, and answer for no other host', () => {
    expect(nginx).toContain('return 308 https://$host$request_uri;');
    expect(nginx).toContain('return 444;');
    expect(nginx).toContain('ssl_reject_handshake on;');
    expect(nginx.match(/server_name dev\.ticketaka\.example;/g)).toHaveLength(2);
  });

  it("say themselves where a client comes from, as the mesh's one trusted proxy", () => {
    expect(dev.trustedProxies).toBe(1);
    expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
    expect(nginx).not.toContain('$proxy_add_x_forwarded_for');
  });

  it('check the certificate of the gateway', () => {
    expect(nginx).toContain('proxy_ssl_verify on;');
    expect(nginx).toContain('proxy_ssl_name dev.ticketaka.example;');
  });

  it('know every node of the gateway by its node ports', () => {
    for (const node of ['10.66.1.11', '10.66.1.12', '10.66.1.13']) {
      expect(nginx).toContain(`server ${node}:30443 `);
      expect(nginx).toContain(`server ${node}:30021 `);
    }
  });

  it('do nothing twice: what may change something goes to another node only when it was not sent', () => {
    expect(nginx).not.toContain('non_idempotent');
  });

  it('share one address, know each other, and do not take it from one that works', () => {
    for (const [text, own, peer] of [
      [first, '192.0.2.11', '192.0.2.12'],
      [second, '192.0.2.12', '192.0.2.11'],
    ] as const) {
      expect(text).toContain('192.0.2.10');
      expect(text).toContain(`unicast_src_ip ${own}`);
      expect(text).toMatch(new RegExp(`unicast_peer \\{\\s+${peer.replaceAll('.', '\\.')}\\s`));
      expect(text).toContain('nopreempt');
      expect(text).not.toContain('weight');
    }
    const priority = (text: string) => Number(/priority (\d+)/.exec(text)?.[1]);
    expect(priority(first)).toBeGreaterThan(priority(second));
  });

  it('are none where a cloud has its own, or on one machine', () => {
    expect(edgeFiles(environments.prod)).toEqual([]);
    expect(edgeFiles(environments.local)).toEqual([]);
  });
});
