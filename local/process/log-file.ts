import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** The file that a child writes to by itself, so that its log costs the supervisor nothing. */
export class LogFile {
  readonly path: string;
  readonly descriptor: number;
  #read: number;
  #partial = '';

  /** Opens a new file; the one of the run before is kept beside it as `<name>.log.1`. */
  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) renameSync(path, `${path}.1`);
    // For appending: several processes write to it, and reading needs no second descriptor.
    this.descriptor = openSync(path, 'a+', 0o600);
    this.#read = 0;
  }

  /** Complete lines written since the last call. */
  newLines(): string[] {
    const size = fstatSync(this.descriptor).size;
    if (size === this.#read) return [];
    const text = this.#partial + this.#slice(this.#read, size);
    this.#read = size;
    const lines = text.split('\n');
    this.#partial = lines.pop() ?? '';
    return lines;
  }

  /** The last lines, at most `count` of them, out of the last 32 KiB. */
  lastLines(count: number): string[] {
    const size = fstatSync(this.descriptor).size;
    const text = this.#slice(Math.max(0, size - 32_768), size);
    return text.split('\n').filter(Boolean).slice(-count);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  #slice(from: number, to: number): string {
    const buffer = Buffer.alloc(to - from);
    const length = readSync(this.descriptor, buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, length);
  }
}
