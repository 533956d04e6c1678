import { createServer as createHttpServer } from 'node:http';
import { access, defineApi } from '@ticketaka/platform/contract';
import { createApp, createServer, type Handlers } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import express from 'express';
import { z } from 'zod';
import { answerParent, listenLocally } from './child-side.ts';

/** One of the servers that the case `http` compares, in a process of its own so that its CPU time can be told. */
const servers = { ours, express: stock, hello, node: bare, refuse };

function ours() {
  const Hold = z.object({
    performanceId: z.uuid(),
    session: z.string().max(20),
    seats: z.array(z.string().regex(/^[A-Z]-\d{1,3}$/)).max(8),
    note: z.string().max(200),
  });
  const api = defineApi({
    service: 'bench',
    base: '',
    title: 'Bench',
    routes: {
      echo: {
        method: 'POST',
        path: '/echo',
        access: access.public(),
        summary: 'Say it back',
        body: Hold,
        responses: { 200: Hold },
      },
    },
  });
  const handlers: Handlers<typeof api> = { echo: async ({ body }) => ({ status: 200, body }) };
  const identity = { service: 'bench', workload: 'http' };
  return createServer(
    createApp({
      api,
      handlers,
      log: createLogger(identity),
      metrics: createMetrics(identity),
      checkResponses: 'log',
    }),
  );
}

function stock() {
  const app = express();
  app.use(express.json());
  app.post('/echo', (request, response) => {
    response.json(request.body);
  });
  return createHttpServer(app);
}

/** Reads what it is sent, and answers the same to everything. */
function hello() {
  const app = express();
  app.use(express.json());
  app.use((_request, response) => {
    response.json({ hello: 'world' });
  });
  return createHttpServer(app);
}

function bare() {
  return createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(parsed));
    });
  });
}

/** The least that Node can do for a request: it looks at nothing, and refuses in the same words. */
function refuse() {
  const body = JSON.stringify({ status: 409, code: 'sold_out' });
  const headers = { 'content-type': 'application/problem+json', 'content-length': String(body.length) };
  return createHttpServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(409, headers).end(body));
  });
}

const name = process.argv[2] ?? '';
const isServer = (given: string): given is keyof typeof servers => Object.hasOwn(servers, given);
if (!isServer(name)) throw new Error(`there is no server ${name}`);
answerParent({ port: await listenLocally(servers[name]()) });
