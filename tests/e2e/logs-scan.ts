import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Leak {
  readonly file: string;
  /** What it is, not what it says: `e-mail address`. */
  readonly secret: string;
  /** In which spelling. */
  readonly as: string;
}

/** How a value may stand in a log, besides as it is: in a URL, in a form, in JSON, in JSON within JSON, as bytes. */
const spellings: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  'percent-encoded': (value) => encodeURIComponent(value),
  'as a form': (value) => new URLSearchParams({ v: value }).toString().slice(2),
  'in JSON': (value) => JSON.stringify(value).slice(1, -1),
  'in JSON within JSON': (value) => JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
  'in ASCII JSON': asciiJson,
  'in ASCII JSON within JSON': (value) => asciiJson(value).replaceAll('\\', '\\\\'),
  'in base64': (value) => Buffer.from(value).toString('base64').replace(/=+$/, ''),
  'in hexadecimal': (value) => Buffer.from(value).toString('hex'),
};

function asciiJson(value: string) {
  return JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** So short that it may be part of an id or a time: it counts only where it stands alone. */
const short = /^\d{1,7}$/;

function finder(text: string): (log: string) => boolean {
  if (!short.test(text)) return (log) => log.includes(text);
  const alone = new RegExp(`(?<![\\w.:-])${text}(?![\\w.:-])`);
  return (log) => alone.test(log);
}

/** Where in the files of a folder any of the secrets stands, in whatever spelling and case. */
export async function leaksIn(folder: string, secrets: Readonly<Record<string, string>>): Promise<Leak[]> {
  const wanted = Object.entries(secrets).flatMap(([secret, value]) =>
    Object.entries(spellings).map(([as, spell]) => ({ secret, as, isIn: finder(spell(value).toLowerCase()) })),
  );
  const leaks: Leak[] = [];
  for (const file of await readdir(folder)) {
    const text = (await readFile(join(folder, file), 'utf8')).toLowerCase();
    leaks.push(...wanted.filter(({ isIn }) => isIn(text)).map(({ secret, as }) => ({ file, secret, as })));
  }
  return leaks;
}
