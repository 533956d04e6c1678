import { z } from 'zod';

const location = z.object({ manager: z.url() });
let found: Promise<string> | undefined;

/**
 * Asks the process that keeps the test servers. It is started by the first question of a run, and each server when it
 * is first asked for.
 * @throws when there is no test run around this process, or the server does not start
 */
export async function askManager<Answer extends z.ZodType>(
  path: string,
  { answer, body = {}, method = 'POST' }: { answer: Answer; body?: object; method?: 'POST' | 'DELETE' },
): Promise<z.output<Answer>> {
  found ??= findManager();
  return answer.parse(await request(`${await found}${path}`, { method, body: JSON.stringify(body) }));
}

async function findManager() {
  const run = process.env['TICKETAKA_TEST_SERVERS'];
  if (!run) throw new Error('TICKETAKA_TEST_SERVERS is not set: tests with servers are run by jest of this repository');
  return location.parse(await request(run, {})).manager;
}

async function request(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`the test servers: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
