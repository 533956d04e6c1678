import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { Chaos } from './chaos.ts';
import { createHttpServer } from './http-server.ts';
import { Mailbox } from './mailbox.ts';
import { createSmtpServer } from './smtp-server.ts';

export interface SandboxOptions {
  /** 0 picks a free one. */
  readonly smtpPort: number;
  /** 0 picks a free one. */
  readonly httpPort: number;
  readonly user: string;
  readonly password: string;
  /** Messages kept. @default 500 */
  readonly capacity?: number;
}

export interface Sandbox {
  readonly smtpPort: number;
  readonly httpPort: number;
  close(): Promise<void>;
}

/** Starts the SMTP server and the page on 127.0.0.1. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { smtpPort, httpPort, user, password, capacity } = options;
  const mailbox = new Mailbox(capacity);
  const chaos = new Chaos();
  const smtp = createSmtpServer({ user, password, mailbox, chaos });
  // A client that breaks off is its own affair; what keeps the server from listening is heard at the listener below.
  smtp.on('error', (error) => console.error(`smtp: ${error.message}`));
  const http = createHttpServer({ mailbox, chaos });
  const listener = smtp.listen(smtpPort, '127.0.0.1');
  await Promise.all([once(listener, 'listening'), once(http.listen(httpPort, '127.0.0.1'), 'listening')]);
  return {
    smtpPort: portOf(listener),
    httpPort: portOf(http),
    close: async () => {
      const closed = Promise.all([
        new Promise<void>((resolve) => smtp.close(() => resolve())),
        new Promise<void>((resolve) => http.close(() => resolve())),
      ]);
      // Browsers hold connections for events open for as long as they are let.
      http.closeAllConnections();
      await closed;
    },
  };
}

function portOf(server: Server): number {
  // A server that listens on TCP has an address with a port.
  return (server.address() as AddressInfo).port;
}
