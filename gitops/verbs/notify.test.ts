import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { runVerb } from '../test/sandbox.ts';
import * as notify from './notify.ts';

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** A server that takes what an incoming webhook takes, and gives the answers it is told, then `ok`. */
async function fakeSlack(...answers: Answer[]) {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(JSON.parse(Buffer.concat(chunks).toString()));
      const { status, body = '', headers = {} } = answers.shift() ?? { status: 200, body: 'ok' };
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The address of a listening server on TCP has a port.
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/services/T000/B000/verysecretpath`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const step = ['--step', 'push the image', '--state', 'succeeded', '--service', 'auth', '--env', 'dev', '--tag', 'v1'];

const notified = (url: string | undefined, args: readonly string[] = step) =>
  runVerb(notify, args, { environment: { SLACK_WEBHOOK_URL: url } });

describe('notify', () => {
  it('takes no secret along to the channel', async () => {
    await using slack = await fakeSlack();
    const detail = 'fatal: https://pipeline:p@ssw0rd-1234@git.example/manifests.git refused ghs_0123456789';
    const secrets = { SLACK_WEBHOOK_URL: slack.url, MANIFESTS_TOKEN: 'ghs_0123456789' };
    await runVerb(notify, [...step, '--detail', detail], { environment: secrets });
    const sent = JSON.stringify(slack.received);
    expect(sent).toContain('fatal: https://***@git.example/manifests.git refused ***');
    expect(sent).not.toMatch(/w0rd|ghs_/);
  });

  it('tells a step in one line, with the log beside it', async () => {
    await using slack = await fakeSlack();
    const ran = await notified(slack.url, [
      ...step,
      '--url',
      'https://ci.example/runs/1?a=b c',
      '--detail',
      '3 layers',
    ]);
    expect(ran).toMatchObject({ code: 0, out: 'told Slack: push the image succeeded\n' });
    const text = ':white_check_mark: *auth* `v1` → dev: push the image succeeded';
    expect(slack.received).toEqual([
      {
        text,
        attachments: [{ color: '#2eb886', text: '3 layers\n<https://ci.example/runs/1?a=b%20c|log>', fallback: text }],
      },
    ]);
  });

  it('lets no text mention anybody or pass for a link', async () => {
    await using slack = await fakeSlack();
    await notified(slack.url, ['--step', '<!channel> & <https://evil.example|here>', '--state', 'failed']);
    expect(slack.received).toEqual([
      { text: ':x: &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt; failed', attachments: [] },
    ]);
  });

  it('asks again when Slack is busy, after as long as it says', async () => {
    await using slack = await fakeSlack({ status: 429, headers: { 'retry-after': '0' } }, { status: 503 });
    const ran = await notified(slack.url);
    expect(ran.code).toBe(0);
    expect(slack.received).toHaveLength(3);
    expect(ran.said).toContain('Slack answered 429; again in 0 ms');
  });

  it.each([
    [{ status: 404, body: 'no_service' }, 4, 'Slack does not take it (404 no_service)'],
    [{ status: 403, body: 'action_prohibited' }, 4, '(403 action_prohibited)'],
    [{ status: 400, body: 'invalid_payload' }, 1, 'Slack answered 400 invalid_payload'],
  ])('asks once, and says why, when Slack refuses: %j', async (answer, code, text) => {
    await using slack = await fakeSlack(answer);
    expect(await notified(slack.url)).toMatchObject({ code, said: expect.stringContaining(text) });
    expect(slack.received).toHaveLength(1);
  });

  it('never prints the address of the webhook, whatever goes wrong', async () => {
    const slack = await fakeSlack();
    await slack[Symbol.asyncDispose]();
    const gone = await notified(slack.url);
    expect(gone.code).toBe(3);
    const shown = await notified(slack.url, [...step, '--dry-run']);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('push the image') });
    for (const { out, said } of [gone, shown]) expect(out + said).not.toContain('verysecretpath');
  });

  it('wants the address from the environment, by https, and a state that it knows', async () => {
    const codes = await Promise.all([
      notified(undefined),
      notified('http://slack.example/services/verysecretpath'),
      notified('https://127.0.0.1:9/x', ['--step', 'x', '--state', 'fine']),
      notified('https://127.0.0.1:9/x', ['--state', 'failed']),
      notified('https://127.0.0.1:9/x', [...step, '--url', 'javascript:alert(1)']),
    ]);
    expect(codes.map(({ code }) => code)).toEqual(codes.map(() => 2));
  });
});
