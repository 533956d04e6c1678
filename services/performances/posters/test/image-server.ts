import type { FileStore } from '@ticketaka/platform/file-store';
import { createApp, createServer, listen } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { api } from '../../api.ts';
import { posterImageHandlers } from '../index.ts';

/** Images of posters as the read side serves them, and nothing else. */
export async function startImages(files: FileStore) {
  const log = createLogger({ service: 'performances', workload: 'catalogue', level: 'silent' });
  const metrics = createMetrics({ service: 'performances', workload: 'catalogue', ofProcess: false });
  const handlers = posterImageHandlers(files);
  const app = createApp<typeof api, keyof typeof handlers>({
    api,
    handlers,
    serves: ['getPosterImage'],
    log,
    metrics,
    checkResponses: 'throw',
    // No route that is served here asks for a token.
    verifier: { verify: () => Promise.reject(new Error('nobody has one')) },
  });
  const { url, close } = await listen(createServer(app), 0, '127.0.0.1');
  return { url, [Symbol.asyncDispose]: () => close({ deadlineMs: 0 }) };
}
