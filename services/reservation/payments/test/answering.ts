import { once } from 'node:events';
import { createServer } from 'node:http';
import { createLogger } from '@ticketaka/platform/log';
import type { TestResource } from '@ticketaka/platform/testing';
import type { PaymentPort } from '../port.ts';
import { createTossPayments } from '../toss.ts';

export interface Said {
  readonly status: number;
  readonly body: string;
}

export interface Answering extends TestResource {
  readonly port: PaymentPort;
  /** What is answered to everything from now on. */
  say(said: Said): void;
}

/** The adapter, to a server that says whatever it is told to. */
export async function startAnswering(): Promise<Answering> {
  let said: Said = { status: 500, body: '' };
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(said.status).end(said.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
  return {
    port: createTossPayments({ url, secretKey: 'test_sk', log, timeoutMs: 20_000, lookUpTimeoutMs: 20_000 }),
    say(next) {
      said = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
