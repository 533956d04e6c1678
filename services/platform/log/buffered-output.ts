import { type DestinationStream, pino, symbols } from 'pino';

/** As pino counts levels: warnings and worse. */
const urgent = 40;
const enoughCharacters = 32_768;
const delayMs = 50;

/**
 * Collects lines and writes them together: a system call for each line costs more than making it. Warnings and worse
 * are written at once, with all that came before them; other lines when 32 KiB wait, after 50 ms at the latest, and
 * when the process exits in whatever way that JavaScript sees. What a kill -9 may take is 50 ms of ordinary lines.
 */
export class BufferedOutput implements DestinationStream {
  /** Asks pino to set `lastLevel` before each write. */
  readonly [symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  readonly #output: DestinationStream;
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(output: DestinationStream) {
    this.#output = output;
  }

  write(line: string): void {
    this.#waiting += line;
    if (this.lastLevel >= urgent || this.#waiting.length >= enoughCharacters) this.flushSync();
    // The timer is left to run when the lines are written before: setting it for each batch would cost more.
    else if (!this.#timer) this.#timer = setTimeout(() => this.#onTime(), delayMs).unref();
  }

  flushSync(): void {
    const lines = this.#waiting;
    this.#waiting = '';
    if (lines !== '') this.#output.write(lines);
  }

  #onTime() {
    this.#timer = undefined;
    this.flushSync();
  }
}

let output: BufferedOutput | undefined;

/** The one way to standard output, so that the lines of several loggers keep their order. */
export function standardOutput(): BufferedOutput {
  if (output) return output;
  // Synchronous: what is written is out, and a full pipe slows the process down rather than filling its memory.
  const opened = new BufferedOutput(pino.destination({ dest: 1, sync: true }));
  process.on('exit', () => opened.flushSync());
  output = opened;
  return opened;
}
