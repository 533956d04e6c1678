import type { ServerResponse } from 'node:http';

export interface Asked {
  readonly url: URL;
  readonly body: unknown;
  /** What the groups of the path matched. */
  readonly params: readonly string[];
}

type Handler = (request: Asked, response: ServerResponse) => void;

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handle: Handler;
}

export function on(method: string, path: RegExp, handle: Handler): Route {
  return { method, path, handle };
}

export function get(path: RegExp, handle: Handler): Route {
  return on('GET', path, handle);
}

export function send(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(message);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}
