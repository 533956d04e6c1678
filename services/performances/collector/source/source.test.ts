import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@ticketaka/platform/log';
import { createKopis } from './kopis.ts';
import { SourceFailure, SourceRefusal } from './source.ts';
import { UnreadableXml } from './xml.ts';

const log = createLogger({ service: 'performances', workload: 'test', level: 'silent' });
const { signal } = new AbortController();
let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** KOPIS at an address where this answers. */
async function kopisAnswering(listener: RequestListener, { attempts = 2 } = {}) {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const options = { key: 'a b+c', log, requestsPerSecond: 1000, timeoutMs: 300, attempts };
  return createKopis({ ...options, url: `http://127.0.0.1:${port}` });
}

const venue = '<dbs><db><mt10id>FC000001</mt10id><fcltynm>별빛 &amp; 달빛</fcltynm></db></dbs>';

describe('a source', () => {
  it('is asked with its key, and read', async () => {
    const asked: string[] = [];
    const kopis = await kopisAnswering((request, response) => {
      asked.push(request.url ?? '');
      response.end(venue);
    });
    expect(await kopis.venue('FC000001', signal)).toEqual({ mt10id: 'FC000001', fcltynm: '별빛 & 달빛' });
    expect(asked).toEqual(['/prfplc/FC000001?service=a+b%2Bc']);
  });

  it.each([429, 500, 503])('is asked again after %d', async (status) => {
    let times = 0;
    const kopis = await kopisAnswering((_, response) => {
      times += 1;
      if (times === 1) response.writeHead(status, { 'retry-after': '0' }).end();
      else response.end(venue);
    });
    expect(await kopis.venue('FC000001', signal)).toMatchObject({ mt10id: 'FC000001' });
    expect(times).toBe(2);
  });

  it.each([
    ['that never answers', () => undefined, SourceFailure],
    ['that hangs up', (_, response) => response.destroy(), SourceFailure],
    ['that sends another elsewhere', (_, response) => response.writeHead(302, { location: '/x' }).end(), SourceFailure],
    ['that breaks off', (_, response) => response.end(venue.slice(0, 40)), UnreadableXml],
    ['with a DOCTYPE', (_, response) => response.end(`<!DOCTYPE dbs [<!ENTITY a "b">]>${venue}`), UnreadableXml],
    ['that is no XML', (_, response) => response.end('점검 중입니다'), UnreadableXml],
    ['that has no end', (_, response) => response.end('x'.repeat(5_000_001)), SourceFailure],
  ] as readonly [string, RequestListener, typeof SourceFailure][])('%s fails', async (_, listener, kind) => {
    const kopis = await kopisAnswering(listener, { attempts: 1 });
    await expect(kopis.venue('FC000001', signal)).rejects.toThrow(kind);
  });

  it('that refuses the key is not asked again', async () => {
    let times = 0;
    const kopis = await kopisAnswering((_, response) => {
      times += 1;
      response.end(
        '<dbs><db><returncode>02</returncode><errmsg>SERVICE KEY IS NOT REGISTERED ERROR.</errmsg></db></dbs>',
      );
    });
    const asking = kopis.venueIds(signal);
    await expect(asking).rejects.toThrow(new SourceRefusal('kopis: 02 SERVICE KEY IS NOT REGISTERED ERROR.'));
    expect(times).toBe(1);
  });

  it('is read page by page, and in ranges of a month', async () => {
    const asked: URLSearchParams[] = [];
    const kopis = await kopisAnswering((request, response) => {
      const query = new URL(request.url ?? '', 'http://kopis').searchParams;
      asked.push(query);
      const rows = query.get('cpage') === '1' ? 100 : 1;
      const from = query.get('cpage') === '1' ? 0 : 100;
      const ids = Array.from({ length: rows }, (_, place) => `<db><mt20id>PF${1000 + from + place}</mt20id></db>`);
      response.end(`<dbs>${ids.join('')}<db><mt20id>../x</mt20id></db></dbs>`);
    });
    expect(await kopis.performanceIds({ from: '2026-11-20', to: '2027-01-05' }, signal)).toHaveLength(101);
    const ranges = new Set(asked.map((query) => `${query.get('stdate')} ${query.get('eddate')}`));
    expect([...ranges]).toEqual(['20261120 20261220', '20261221 20270105']);
  });
});
