/** Starts a mesh over a folder of manifests, with upstream servers of the test's own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AccessLog } from '../access-log.ts';
import { MeshServer } from '../mesh-server.ts';

export async function startUpstream(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface TestMesh {
  readonly gateway: number;
  readonly outbound: (name: string) => number;
  readonly lines: string[];
  readonly folder: string;
  readonly server: MeshServer;
  stop(): Promise<void>;
}

export async function startMesh(manifests: string, workloads: Record<string, unknown>): Promise<TestMesh> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-'));
  const endpoints = join(folder, 'endpoints.json');
  await writeFile(join(folder, 'local.yaml'), manifests);
  await writeFile(endpoints, JSON.stringify({ gateway: { port: 0 }, workloads }));
  const lines: string[] = [];
  const log = new AccessLog((line) => lines.push(line));
  const server = new MeshServer({ manifests: folder, endpoints, log });
  try {
    await server.load();
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  const { listeners } = server.describe();
  return {
    gateway: listeners.gateway ?? 0,
    outbound: (name) => listeners.outbound[name] ?? 0,
    lines,
    folder,
    server,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A request whose path goes out exactly as it is written. */
export async function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: string } = {},
): Promise<Reply> {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path,
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
    agent: false,
  });
  request.end(options.body);
  // The event's only argument is the response.
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** Bytes as they are, and all that comes back until the other side closes. */
export async function askRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

/** Runs code in a Node process of its own, which sends its HTTP through the listener as a workload does. */
export async function runCaller(code: string, outboundPort: number): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://127.0.0.1:${outboundPort}`, NO_PROXY: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (errors !== '' && !errors.includes('Warning')) throw new Error(errors);
  return output.trim();
}
