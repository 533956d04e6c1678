import { styleText } from 'node:util';
import { redact } from './redact.ts';

type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';

interface Stream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * What a command says: results on standard output, progress on standard error. Nothing leaves without its secrets
 * struck out. Colours only where a person looks at it, and never with NO_COLOR (https://no-color.org).
 */
export class Terminal {
  readonly colours: boolean;
  readonly #options: TerminalOptions;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.colours = options.stdout.isTTY === true && !options.environment['NO_COLOR'];
  }

  /** A line of the result. */
  print(line: string): void {
    this.#options.stdout.write(`${this.#safe(line)}\n`);
  }

  /** A line about what is going on, for whoever waits. */
  progress(line: string): void {
    this.#options.stderr.write(`${this.#safe(line)}\n`);
  }

  paint(colour: Colour, text: string): string {
    return this.colours ? styleText(colour, text, { validateStream: false }) : text;
  }

  #safe(text: string): string {
    return redact(text, this.#options.environment);
  }
}
