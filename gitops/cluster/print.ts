import type { Terminal } from '../cli/terminal.ts';
import type { Item, Verdict } from './verdict.ts';

const marks: Readonly<Record<Verdict, { readonly mark: string; readonly colour: 'green' | 'yellow' | 'red' | 'dim' }>> =
  {
    healthy: { mark: '✓', colour: 'green' },
    progressing: { mark: '…', colour: 'yellow' },
    failed: { mark: '✗', colour: 'red' },
    unknown: { mark: '?', colour: 'dim' },
  };

/** `✓ Rollout      auth-api  Healthy` */
export function lineOf(item: Item, terminal: Terminal): string {
  const { mark, colour } = marks[item.verdict];
  const start = `${mark} ${item.kind.padEnd(11)} ${item.name.padEnd(24)} ${item.state}`;
  return `${terminal.paint(colour, start)}${item.detail ? `  ${item.detail.split('\n')[0]}` : ''}`;
}

export function summaryOf(verdict: Verdict, terminal: Terminal): string {
  return terminal.paint(marks[verdict].colour, `${marks[verdict].mark} ${verdict}`);
}
