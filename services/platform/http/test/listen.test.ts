import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createServer, listen } from '../index.ts';

async function slowServer() {
  const entered = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const app = express();
  app.get('/fast', (_request, response) => {
    response.send('fast');
  });
  app.get('/slow', async (_request, response) => {
    entered.resolve();
    await released.promise;
    response.send('done');
  });
  return { listening: await listen(createServer(app), 0, '127.0.0.1'), entered, released };
}

describe('listen', () => {
  it('says where it listens', async () => {
    const { listening } = await slowServer();
    expect(await (await fetch(`${listening.url}/fast`)).text()).toBe('fast');
    await listening.close();
  });

  it('fails when the port is taken', async () => {
    const { listening } = await slowServer();
    await expect(listen(createServer(express()), listening.port, '127.0.0.1')).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await listening.close();
  });

  it('lets a running request finish while it closes, and takes no new connection', async () => {
    const { listening, entered, released } = await slowServer();
    const running = fetch(`${listening.url}/slow`);
    await entered.promise;
    const closing = listening.close();
    await expect(fetch(`${listening.url}/fast`)).rejects.toThrow('fetch failed');
    released.resolve();
    expect(await (await running).text()).toBe('done');
    await closing;
  });

  it('closes idle connections at once', async () => {
    const { listening } = await slowServer();
    const socket = connect(listening.port, '127.0.0.1');
    await once(socket, 'connect');
    const everything = text(socket);
    socket.write('GET /fast HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable');
    await listening.close({ deadlineMs: 60_000 });
    expect(await everything).toMatch(/fast$/);
  });

  it('closes every connection after the deadline', async () => {
    const { listening, entered } = await slowServer();
    const running = fetch(`${listening.url}/slow`);
    await entered.promise;
    await listening.close({ deadlineMs: 1 });
    await expect(running).rejects.toThrow('fetch failed');
  });

  it('may be closed twice', async () => {
    const { listening } = await slowServer();
    await Promise.all([listening.close(), listening.close()]);
    await listening.close();
    await expect(fetch(listening.url)).rejects.toThrow('fetch failed');
  });
});
