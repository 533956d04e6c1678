import { styleText } from 'node:util';

/** Where progress is shown; a terminal is redrawn, anything else gets plain lines. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Step {
  done(note?: string): void;
  failed(): void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawMs = 100;
/** Without a terminal a step that takes longer than this says so, and again after as long. */
const patienceMs = 15_000;

/** Shows steps that run at the same time, each with how long it took. */
export class Progress {
  readonly #screen: Screen;
  readonly #running = new Map<string, { since: number; told: number }>();
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #frame = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  step(label: string): Step {
    const since = performance.now();
    this.#running.set(label, { since, told: since });
    this.#timer ??= setInterval(() => this.#tick(), redrawMs).unref();
    const end = (sign: string, note = '') => {
      if (!this.#running.delete(label)) return;
      this.line(`${sign} ${label}${note && ` ${note}`} ${this.paint('gray', seconds(since))}`);
      if (this.#running.size === 0) this.close();
    };
    return {
      done: (note) => end(this.paint('green', '✓'), note),
      failed: () => end(this.paint('red', '✗')),
    };
  }

  /** Runs a step to its end, whichever that is. */
  async during<T>(label: string, work: () => Promise<T>): Promise<T> {
    const step = this.step(label);
    try {
      const result = await work();
      step.done();
      return result;
    } catch (error) {
      step.failed();
      throw error;
    }
  }

  /** Prints a line above the steps that run. */
  line(text: string): void {
    this.#erase();
    this.#screen.write(`${text}\n`);
    this.#draw();
  }

  /** Forgets the steps that still run. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
    this.#running.clear();
  }

  paint(colour: 'green' | 'red' | 'yellow' | 'gray' | 'cyan' | 'bold', text: string): string {
    return this.#screen.isTTY ? styleText(colour, text) : text;
  }

  #tick(): void {
    this.#frame += 1;
    if (this.#screen.isTTY) {
      this.#erase();
      this.#draw();
      return;
    }
    const now = performance.now();
    for (const [label, step] of this.#running) {
      if (now - step.told < patienceMs) continue;
      step.told = now;
      this.#screen.write(`… ${label} ${seconds(step.since)}\n`);
    }
  }

  #erase(): void {
    // Up over the lines that were drawn, and clear from there on.
    if (this.#drawn > 0) this.#screen.write(`\u001B[${this.#drawn}A\u001B[0J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#screen.isTTY) return;
    const sign = this.paint('cyan', frames[this.#frame % frames.length] ?? '');
    for (const [label, { since }] of this.#running)
      this.#screen.write(`${sign} ${label} ${this.paint('gray', seconds(since))}\n`);
    this.#drawn = this.#running.size;
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
