import { exitCodes, Failure } from '../cli/failure.ts';
import { redact } from '../cli/redact.ts';
import { type Context, environmentName, parseOptions, required, serviceName } from '../cli/verb.ts';
import { type Message, type State, slackPayload, states } from '../slack/message.ts';
import { postToSlack } from '../slack/webhook.ts';

export const help = `Tells Slack that a step of the pipeline began, succeeded or failed.

npm run gitops -- notify --step <text> --state <state> [--service <name>] [--env <name>] [--tag <tag>] [--url <url>]

  --step <text>        "push the image", "release to dev", "canary": what was done
  --state <state>      ${states.join(', ')}
  --service <name>     which service
  --env <name>         where
  --tag <tag>          which build
  --url <url>          where to read more: the log of the step
  --detail <text>      one sentence more
  --dry-run            print what would be sent

The address of the webhook is a secret: it is read from the variable SLACK_WEBHOOK_URL, and never printed.
Exit code: 0 told, 1 Slack has trouble, 2 usage, 3 Slack out of reach, 4 the webhook is gone or not allowed.
A pipeline that shall not stop for it adds || true.
`;

export async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    step: { type: 'string' },
    state: { type: 'string' },
    service: { type: 'string' },
    env: { type: 'string' },
    tag: { type: 'string' },
    url: { type: 'string' },
    detail: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  });
  if (positionals.length > 0) throw new Failure('usage', `what is '${positionals.join(' ')}'?`);
  // What a step said is often what failed, with the address or the token it failed with.
  const safe = (text: string) => redact(text, context.environment);
  const message: Message = {
    step: safe(required(values.step, '--step')),
    state: stateFrom(required(values.state, '--state')),
    service: values.service === undefined ? undefined : serviceName(values.service),
    environment: values.env === undefined ? undefined : environmentName(values.env),
    tag: values.tag,
    url: values.url === undefined ? undefined : webAddress(values.url),
    detail: values.detail === undefined ? undefined : safe(values.detail),
  };
  const payload = slackPayload(message);
  if (values['dry-run']) {
    context.terminal.print(JSON.stringify(payload, undefined, 2));
    return exitCodes.done;
  }
  await postToSlack(webhookFrom(context), payload, context);
  context.terminal.print(`told Slack: ${message.step} ${message.state}`);
  return exitCodes.done;
}

function stateFrom(text: string): State {
  const state = states.find((known) => known === text);
  if (!state) throw new Failure('usage', `'${text}' is no state: ${states.join(', ')}`);
  return state;
}

function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Failure('usage', `'${text}' is not the address of a page`);
}

function webhookFrom({ environment }: Context): URL {
  const text = required(environment['SLACK_WEBHOOK_URL'], 'the variable SLACK_WEBHOOK_URL');
  const url = URL.parse(text);
  // Its address is all that it takes to write to the channel: it does not travel in the clear.
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1');
  if (!url || !safe) throw new Failure('usage', 'SLACK_WEBHOOK_URL is not an https address');
  return url;
}
