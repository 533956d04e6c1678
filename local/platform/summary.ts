import { relative } from 'node:path';
import type { Paths } from './paths.ts';
import type { Progress } from './progress.ts';
import type { PlatformState } from './state.ts';

/** What to print once everything is ready. The last line is what scripts wait for. */
export function summaryOf(
  { urls, children }: PlatformState,
  { paths, progress }: { readonly paths: Paths; readonly progress: Progress },
): readonly string[] {
  const folder = relative(process.cwd(), paths.home) || '.';
  const shown = folder.startsWith('..') ? paths.home : folder;
  const rows = [
    ['Site', urls['gateway']],
    ['API documentation', urls['docs']],
    ['Mails', urls['mail']],
    ['Payments', urls['payments'] && `${urls['payments']}/sandbox/ledger (no money moves)`],
    ['RabbitMQ', urls['rabbitmq'] && `${urls['rabbitmq']} (root, password rabbitmq/root in ${shown}/secrets.json)`],
    ['Mesh', `${urls['mesh']}/config`],
    ...children
      .filter(({ adminPort, name }) => adminPort !== undefined && name !== 'mesh')
      .map(({ name, adminPort }) => [name, `http://localhost:${adminPort}/readyz /metrics`]),
    ['Logs', `${shown}/log`],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return [
    '',
    ...rows.flatMap(([name = '', value]) =>
      value ? [`  ${progress.paint('gray', name.padEnd(width))}  ${value}`] : [],
    ),
    '',
    `Ticketaka is ready: ${urls['gateway']}`,
  ];
}
