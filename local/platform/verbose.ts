import { styleText } from 'node:util';
import type { Platform } from './platform.ts';
import type { Progress } from './progress.ts';

const everyMs = 100;
const colours = ['cyan', 'magenta', 'yellow', 'blue', 'green', 'cyanBright', 'magentaBright', 'blueBright'] as const;

/** Prints what the children log, each line with its child's name, until it is stopped. */
export function followLogs(platform: Platform, progress: Progress): { stop(): void } {
  const known: string[] = [];
  const print = () => {
    for (const { name, line } of platform.newLines()) {
      if (!known.includes(name)) known.push(name);
      const colour = colours[known.indexOf(name) % colours.length] ?? 'cyan';
      const prefix = name.padEnd(14);
      progress.line(`${process.stdout.isTTY ? styleText(colour, prefix) : prefix} ${line}`);
    }
  };
  const timer = setInterval(print, everyMs);
  return { stop: () => clearInterval(timer) };
}
