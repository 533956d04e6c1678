import { readTally } from './tally.ts';

interface Case {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
}
interface CaseResult extends Case {
  readonly status: string;
  readonly duration?: number | null;
}

const everyMs = 60_000;

/** Says each test of a long run as it ends, and each minute what is under way: a file alone may take many minutes. */
// Jest wants a default export, and calls these methods.
export default class Progress {
  readonly #startedAt = performance.now();
  readonly #running = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  onRunStart(): void {
    this.#timer = setInterval(() => this.#sayRunning(), everyMs);
  }

  onTestCaseStart(_: unknown, started: Case): void {
    this.#running.set(nameOf(started), performance.now());
  }

  onTestCaseResult(_: unknown, result: CaseResult): void {
    const name = nameOf(result);
    this.#running.delete(name);
    if (result.status === 'pending') return;
    const sign = result.status === 'passed' ? '✓' : '✗';
    say(`${sign} ${name} (${seconds(result.duration ?? 0)})`);
  }

  onRunComplete(): void {
    clearInterval(this.#timer);
  }

  #sayRunning() {
    const { attempts, duplicates } = readTally();
    const now = performance.now();
    const running = [...this.#running].map(([name, since]) => `${name} (${seconds(now - since)})`);
    say(
      [
        `… ${seconds(now - this.#startedAt)}: ${attempts.toLocaleString('en')} attempts, ${duplicates} duplicates`,
        ...running,
      ].join('\n  '),
    );
  }
}

function nameOf({ ancestorTitles, title }: Case): string {
  return [...ancestorTitles, title].join(' › ');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(0)} s`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
