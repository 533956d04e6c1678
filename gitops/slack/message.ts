export const states = ['started', 'succeeded', 'failed', 'aborted'] as const;
export type State = (typeof states)[number];

export interface Message {
  readonly step: string;
  readonly state: State;
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly tag?: string | undefined;
  readonly url?: string | undefined;
  readonly detail?: string | undefined;
}

const looks: Readonly<Record<State, { readonly emoji: string; readonly colour: string }>> = {
  started: { emoji: ':hourglass_flowing_sand:', colour: '#439fe0' },
  succeeded: { emoji: ':white_check_mark:', colour: '#2eb886' },
  failed: { emoji: ':x:', colour: '#a30200' },
  aborted: { emoji: ':no_entry:', colour: '#daa038' },
};

/** In characters. A step's text is for a glance. */
const longest = 500;

/**
 * What an incoming webhook takes (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): one line
 * that reads on a lock screen, with the colour of the state beside it.
 */
export function slackPayload({ step, state, service, environment, tag, url, detail }: Message) {
  const { emoji, colour } = looks[state];
  const what = [
    service && `*${escaped(service)}*`,
    tag && `\`${escaped(tag)}\``,
    environment && `→ ${escaped(environment)}`,
  ];
  const subject = what.filter(Boolean).join(' ');
  const text = `${emoji} ${subject ? `${subject}: ` : ''}${escaped(step)} ${state}`;
  const more = [detail && escaped(detail), url && `<${linkable(url)}|log>`].filter(Boolean);
  return { text, attachments: more.length > 0 ? [{ color: colour, text: more.join('\n'), fallback: text }] : [] };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three would begin a link or a mention. */
function escaped(text: string): string {
  const short = text.replaceAll(/\s+/g, ' ').slice(0, longest).toWellFormed();
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', "'");
}

/** As Slack wants it within its angle brackets, where a bar would end it. */
function linkable(url: string): string {
  return new URL(url).href.replaceAll('|', '%7C');
}
