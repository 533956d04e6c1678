import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, defineApi, eventStream } from '../../contract/index.ts';
import { waitFor } from '../../testing/index.ts';
import { encodeEvent, type Handlers, type StreamEvent, type StreamLimits, type StreamSubscriber } from '../index.ts';
import { serve } from './serve.ts';

const events = { seats: z.object({ taken: z.array(z.int()) }), closed: z.object({}) };
const path = '/maps/{id}/changes';
const api = defineApi({
  service: 'maps',
  base: '/maps',
  title: 'Maps',
  routes: {
    changes: {
      method: 'GET',
      path: '/{id}/changes',
      access: access.public(),
      summary: 'To many',
      responses: { 200: eventStream(events), 204: z.string() },
    },
    countdown: {
      method: 'GET',
      path: '/countdown',
      access: access.public(),
      summary: 'To one',
      query: z.object({ from: z.coerce.number().int() }),
      responses: { 200: eventStream(events) },
    },
  },
});

/** A server whose stream `changes` goes to all who read it, and who they are. */
async function serveStreams(streams: StreamLimits = {}) {
  const subscribers = new Set<StreamSubscriber<typeof events>>();
  const resumed: (string | undefined)[] = [];
  const seen = { aborted: 0, left: 0 };
  const handlers: Handlers<typeof api> = {
    async changes({ lastEventId, params, signal }) {
      if (params.id === 'none') return { status: 204, body: '' };
      signal.addEventListener('abort', () => (seen.aborted += 1));
      resumed.push(lastEventId);
      return {
        status: 200,
        body: {
          subscribe(subscriber) {
            subscribers.add(subscriber);
            return () => {
              subscribers.delete(subscriber);
              seen.left += 1;
            };
          },
        },
      };
    },
    async countdown({ query, signal }) {
      async function* count(): AsyncGenerator<StreamEvent<typeof events>> {
        for (let left = query.from; left > 0; left -= 1) {
          yield { event: 'seats', id: String(left), data: { taken: [left] } };
          await delay(5, undefined, { signal });
        }
        if (query.from === 3) throw new Error('three is enough');
        yield { event: 'closed', data: {} };
      }
      return { status: 200, body: count() };
    },
  };
  const server = await serve({ api, handlers, streams });
  const send = (taken: number[], id: string) => {
    const event = encodeEvent(api.routes.changes, { event: 'seats', id, data: { taken } });
    for (const subscriber of subscribers) subscriber.send(event);
  };
  const figures = async () => (await server.metrics.registry.metrics()).split('\n');
  const ended = async (end: string) => {
    const line = (await figures()).find((one) => one.includes(`${path}",end="${end}"`) && one.includes('ended_total'));
    return Number(line?.split(' ').at(-1));
  };
  return { ...server, subscribers, resumed, seen, send, ended, figures };
}

/** Reads what comes, as it comes. */
async function read(url: string, headers: Readonly<Record<string, string>> = {}) {
  const leave = new AbortController();
  const response = await fetch(url, { headers, signal: leave.signal });
  let text = '';
  let over = false;
  void (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })()
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  return { response, leave: () => leave.abort(), text: () => text, over: () => over };
}

describe('an event stream', () => {
  it('sends events while it is open, each in the words of the specification', async () => {
    await using server = await serveStreams();
    const client = await read(`${server.url}/maps/1/changes`, { 'accept-encoding': 'gzip, br' });
    await waitFor(() => server.subscribers.size === 1);
    server.send([1, 2], '7-1');
    await waitFor(() => client.text().includes('data'));
    expect(client.text()).toMatch(/^retry: \d+\n\nid: 7-1\nevent: seats\ndata: {"taken":\[1,2\]}\n\n$/);
    expect(client.over()).toBe(false);
    expect(Object.fromEntries(client.response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect(client.response.headers.has('content-encoding')).toBe(false);
    client.leave();
  });

  it('tells its source and the handler when the client goes, and is counted while it is open', async () => {
    await using server = await serveStreams();
    const client = await read(`${server.url}/maps/1/changes`);
    await waitFor(() => server.subscribers.size === 1);
    expect(await server.figures()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^ticketaka_http_event_streams_open.*{id}\/changes.* 1$/)]),
    );
    client.leave();
    await waitFor(() => server.subscribers.size === 0);
    expect(server.seen).toEqual({ aborted: 1, left: 1 });
    expect(await server.ended('gone')).toBe(1);
  });

  it('gives the handler the id that was seen last, unless nobody can have given it', async () => {
    await using server = await serveStreams();
    const url = `${server.url}/maps/1/changes`;
    for (const headers of [{ 'last-event-id': '7-12' }, { 'last-event-id': 'x'.repeat(257) }, {}]) {
      const client = await read(url, headers);
      client.leave();
    }
    expect(server.resumed).toEqual(['7-12', undefined, undefined]);
  });

  it('says with a comment that it lives when it has nothing to say', async () => {
    await using server = await serveStreams({ heartbeatMs: 20 });
    const client = await read(`${server.url}/maps/1/changes`);
    await waitFor(() => client.text().split(':\n\n').length > 2);
    expect(client.text().replace(/^retry: \d+\n\n/, '')).toMatch(/^(?::\n\n)+$/);
    client.leave();
  });

  it('answers HEAD with its head, and other answers of the route as ever', async () => {
    await using server = await serveStreams({ maxOpen: 1 });
    const head = await server.get('/maps/1/changes', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'text/event-stream', '']);
    expect((await server.get('/maps/none/changes')).status).toBe(204);
    expect(server.subscribers.size).toBe(0);
  });

  it('gives an iterable its time, ends when it does, and is cut off when it fails', async () => {
    await using server = await serveStreams();
    const whole = await read(`${server.url}/maps/countdown?from=2`);
    await waitFor(whole.over);
    expect(whole.text().replace(/^retry: \d+\n\n/, '')).toBe(
      'id: 2\nevent: seats\ndata: {"taken":[2]}\n\nid: 1\nevent: seats\ndata: {"taken":[1]}\n\nevent: closed\ndata: {}\n\n',
    );
    const broken = await read(`${server.url}/maps/countdown?from=3`);
    await waitFor(broken.over);
    expect(broken.text()).not.toContain('closed');
    expect(server.lines.map(({ msg }) => msg)).toContain('request failed after its answer began');
  });

  it('ends an iterable whose client goes without calling that a failure', async () => {
    await using server = await serveStreams();
    const client = await read(`${server.url}/maps/countdown?from=100000`);
    await waitFor(() => client.text().includes('data'));
    client.leave();
    await waitFor(async () => (await server.figures()).some((line) => /countdown",end="gone".* 1$/.test(line)));
    expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a client of an event stream that does not read', () => {
  it('is dropped when too much waits for it, and nobody else is', async () => {
    await using server = await serveStreams({ maxUnsentBytes: 65_536 });
    const good = await read(`${server.url}/maps/1/changes`);
    const bad = connect(server.port, '127.0.0.1');
    await once(bad, 'connect');
    bad.pause();
    bad.write('GET /maps/1/changes HTTP/1.1\r\nhost: a\r\n\r\n');
    await waitFor(() => server.subscribers.size === 2);
    const taken = Array.from({ length: 10_000 }, (_, unit) => unit);
    let sent = 0;
    // What the kernel takes for the client is not our memory.
    await waitFor(
      async () => {
        server.send(taken, String((sent += 1)));
        await waitFor(() => good.text().includes(`id: ${sent}\n`));
        return server.subscribers.size === 1;
      },
      { intervalMs: 1, timeoutMs: 60_000 },
    );
    expect(await server.ended('slow')).toBe(1);
    expect(good.over()).toBe(false);
    bad.destroy();
    good.leave();
  }, 90_000);

  it('is dropped when it has read nothing for too long', async () => {
    await using server = await serveStreams({ maxUnsentBytes: 1e9, maxStallMs: 50, heartbeatMs: 50 });
    const bad = connect(server.port, '127.0.0.1');
    await once(bad, 'connect');
    bad.pause();
    bad.write('GET /maps/1/changes HTTP/1.1\r\nhost: a\r\n\r\n');
    await waitFor(() => server.subscribers.size === 1);
    const taken = Array.from({ length: 1_000_000 }, (_, unit) => unit);
    await waitFor(
      () => {
        if (server.subscribers.size > 0) server.send(taken, '1');
        return server.subscribers.size === 0;
      },
      { intervalMs: 200, timeoutMs: 60_000 },
    );
    expect(await server.ended('slow')).toBe(1);
    bad.destroy();
  }, 90_000);
});

describe('event streams together', () => {
  it('are so many for an address and so many for a process, and each place is given back', async () => {
    await using server = await serveStreams({ maxPerAddress: 2, maxOpen: 3 });
    const url = `${server.url}/maps/1/changes`;
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const first = await read(url, from('198.51.100.1'));
    const second = await read(url, from('198.51.100.1'));
    const refused = await server.get('/maps/1/changes', { headers: from('198.51.100.1') });
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([429, true]);
    const third = await read(url, from('198.51.100.2'));
    const full = await server.get('/maps/1/changes', { headers: from('198.51.100.3') });
    expect([full.status, full.headers.has('retry-after')]).toEqual([503, true]);
    first.leave();
    await waitFor(() => server.subscribers.size === 2);
    const again = await read(url, from('198.51.100.1'));
    expect(again.response.status).toBe(200);
    for (const client of [second, third, again]) client.leave();
  });

  it('end when the server begins to close, with another time to come back for each', async () => {
    const server = await serveStreams();
    const clients = await Promise.all([1, 2, 3, 4].map(() => read(`${server.url}/maps/1/changes`)));
    await waitFor(() => server.subscribers.size === 4);
    // Not disposed, which would cut connections: a process that stops waits for them.
    await server.close();
    await waitFor(() => clients.every((client) => client.over()));
    expect(server.seen).toEqual({ aborted: 4, left: 4 });
    expect(await server.ended('stopping')).toBe(4);
    for (const client of clients) expect(client.text().match(/retry: \d+/g)).toHaveLength(2);
  });
});

it('an event that the stream does not declare, or of another shape, is not encoded', () => {
  const { changes } = api.routes;
  expect(() => encodeEvent(changes, { event: 'closed', id: 'a\nb', data: {} })).toThrow('printable');
  // What the types forbid is what it is tried with.
  const odd = { event: 'seats', data: { taken: ['A-1'] } } as unknown as StreamEvent<typeof events>;
  expect(() => encodeEvent(changes, odd)).toThrow('taken');
});
