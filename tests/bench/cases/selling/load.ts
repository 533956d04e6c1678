import type { Sample } from '../../harness.ts';
import type { ChildServer } from '../child-server.ts';
import { onLanes, type Reply, requestOf } from './lane.ts';

export interface Load extends Sample {
  /** By the clock. */
  readonly perSecond: number;
}

export interface LoadOptions {
  readonly server: ChildServer;
  readonly requests: readonly string[];
  /** @default 64 */
  readonly width?: number;
  /** Whether the server writes a line for each. @default true */
  readonly logs?: boolean;
  readonly isRight: (reply: Reply) => boolean;
}

/** Sends all of them. Gives requests per second of CPU time of the server; right when every answer is. */
export async function sendAll({ server, requests, width = 64, logs = true, isRight }: LoadOptions): Promise<Load> {
  let wrong: Reply | undefined;
  const send = async () => {
    const before = await server.cpu();
    const ms = await onLanes({
      urls: [server.url],
      width,
      items: requests,
      run: async (lane, request) => {
        const reply = await lane.ask(request);
        if (!isRight(reply)) wrong ??= reply;
      },
    });
    return { used: (await server.cpu()) - before, ms, answered: requests.length };
  };
  const { used, ms, answered } = logs ? await server.logged(send) : await send();
  if (wrong) console.error(`an answer was wrong: ${wrong.status} ${wrong.body.slice(0, 500)}`);
  return { value: (answered / used) * 1e6, perSecond: (answered / ms) * 1e3, correct: wrong === undefined };
}

/** As much as `request`, to which the server answers hello. */
export async function sayHello(server: ChildServer, requests: readonly string[]): Promise<Load> {
  const isRight = ({ status, body }: Reply) => status === 200 && body === '{"hello":"world"}';
  return await sendAll({ server, requests, logs: false, isRight });
}

export const getHello = requestOf({ method: 'GET', path: '/' });
