import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { startMesh, startUpstream } from './harness.ts';
import { gateway, meshConfig, workload } from './manifests.ts';

const manifests = (limits: string) =>
  [
    meshConfig(),
    workload('auth-api'),
    gateway,
    `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: ticketaka }
spec:
  hosts: ['*']
  gateways: [istio-ingress/ticketaka]
  http: [{ route: [{ destination: { host: auth-api } }], ${limits}, retries: { attempts: 0 } }]
`,
  ].join('---\n');

describe('an event stream through the gateway', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  /** Opens a stream whose other end is in the hands of the test. */
  async function open(limits: string) {
    const opened = Promise.withResolvers<ServerResponse>();
    const upstream = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      opened.resolve(response);
    });
    stops.push(upstream.stop);
    const mesh = await startMesh(manifests(limits), { 'auth-api': { addresses: [upstream.address], outboundPort: 0 } });
    stops.push(() => mesh.stop());
    const leave = new AbortController();
    const response = await fetch(`http://127.0.0.1:${mesh.gateway}/stream`, { signal: leave.signal });
    const source = await opened.promise;
    const seen = { text: '', end: '' };
    void (async () => {
      for await (const chunk of response.body ?? []) seen.text += Buffer.from(chunk).toString();
    })().then(
      () => (seen.end = 'whole'),
      () => (seen.end = 'cut'),
    );
    return { response, source, seen, leave: () => leave.abort() };
  }

  it('brings each event while it is open, and its end', async () => {
    const { response, source, seen } = await open('timeout: 0s');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    source.write('data: 1\n\n');
    await waitFor(() => seen.text === 'data: 1\n\n');
    source.write(':\n\n');
    await waitFor(() => seen.text === 'data: 1\n\n:\n\n');
    expect([source.writableEnded, seen.end]).toEqual([false, '']);
    source.end('retry: 5\n\n');
    await waitFor(() => seen.end === 'whole');
    expect(seen.text).toContain('retry: 5');
  });

  it('ends for the workload when the client goes', async () => {
    const { source, leave } = await open('timeout: 0s');
    leave();
    await waitFor(() => source.closed);
  });

  it('is cut off for the client when the workload goes', async () => {
    const { source, seen } = await open('timeout: 0s');
    source.destroy();
    await waitFor(() => seen.end === 'cut');
  });

  it('would be cut off by the time limit of another route', async () => {
    const { seen } = await open('timeout: 100ms');
    await waitFor(() => seen.end === 'cut');
  });
});
