import { type DestinationStream, type Logger, pino } from 'pino';
import { standardOutput } from './buffered-output.ts';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly service: string;
  readonly workload: string;
  /** @default 'info' */
  readonly level?: string;
  /** @default standard output, where ordinary lines are written up to 50 ms late, and together */
  readonly destination?: DestinationStream;
}

/** Names of fields that would carry personal data or secrets. A test of each service relies on them being masked. */
const personal = [
  'password',
  'accessToken',
  'token',
  'ticket',
  'email',
  'phone',
  'birthDate',
  'authorization',
  'cookie',
];

/**
 * One JSON object a line, with `service`, `workload`, the time as ISO 8601 and the level by name.
 * Fields that would carry personal data are masked, at the top and one level down: the last net, not a licence.
 */
export function createLogger({ service, workload, level = 'info', destination }: LogOptions): Logger {
  const options = {
    level,
    base: { service, workload },
    timestamp: isoTimes(),
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: personal.flatMap((name) => [name, `*.${name}`]), censor: '[masked]' },
  };
  return pino(options, destination ?? standardOutput());
}

/** The time as a member of a line. Written out once for all lines of the same millisecond. */
function isoTimes(): () => string {
  let at = Number.NaN;
  let member = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      member = `,"time":"${new Date(now).toISOString()}"`;
    }
    return member;
  };
}
