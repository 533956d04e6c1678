import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readKeySet, writeKeySet } from '@ticketaka/platform/keys';
import { ensureKeys } from '../platform/keys.ts';
import { pathsOf } from '../platform/paths.ts';
import { printKeys, pruneNow, rotateKeys } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ticketaka-keys-'));
const paths = pathsOf(directory);
const home = directory;
const quiet = () => {};
afterAll(() => rmSync(directory, { recursive: true }));

const states = async () => (await readKeySet(paths.keySet)).keys.map(({ state }) => state);
const published = async () => {
  const { keys } = JSON.parse(await readFile(paths.jwks, 'utf8')) as { keys: { kid: string; d?: string }[] };
  return keys;
};

beforeEach(async () => {
  rmSync(paths.keys, { recursive: true, force: true });
  await ensureKeys(paths);
});

describe('keys', () => {
  it('are made once, the private ones for their owner only', async () => {
    const before = await readKeySet(paths.keySet);
    await ensureKeys(paths);
    expect(await readKeySet(paths.keySet)).toEqual(before);
    expect(statSync(paths.keySet).mode & 0o777).toBe(0o600);
    expect((await published()).every((key) => key.d === undefined)).toBe(true);
  });

  it('rotate with overlap: the new one signs, the old one stays published', async () => {
    const [old] = (await readKeySet(paths.keySet)).keys;
    const said: string[] = [];
    await rotateKeys({ home, report: (line) => said.push(line) });
    expect(await states()).toEqual(['retiring', 'signing']);
    expect((await published()).map(({ kid }) => kid)).toContain(old?.kid);
    expect(said).toEqual([
      expect.stringMatching(/^key \S+ is published$/),
      expect.stringMatching(/^key \S+ signs from now on$/),
      expect.stringMatching(/^key \S+ stays valid for the tokens it signed, until /),
    ]);
    expect((await printKeys({ home })).join('\n')).toMatch(/retiring.* goes .*\n.*signs/);
  });

  it('go on with a rotation that was broken off', async () => {
    await rotateKeys({ home, report: quiet });
    const { keys } = await readKeySet(paths.keySet);
    const waiting = keys.map((key) =>
      key.state === 'signing'
        ? { ...key, state: 'published' as const }
        : { ...key, state: 'signing' as const, retireAt: undefined },
    );
    await writeKeySet(paths.keySet, { keys: waiting.map(({ retireAt: _none, ...key }) => key) });
    await rotateKeys({ home, report: quiet });
    expect(await states()).toEqual(['retiring', 'signing']);
  });

  it('go when the last token that they signed has expired, not before', async () => {
    await rotateKeys({ home, report: quiet });
    expect(await pruneNow({ home })).toEqual(['No key is due to go']);
    const { keys } = await readKeySet(paths.keySet);
    const past = new Date(0).toISOString();
    await writeKeySet(paths.keySet, { keys: keys.map((key) => (key.retireAt ? { ...key, retireAt: past } : key)) });
    expect(await pruneNow({ home })).toEqual([expect.stringMatching(/^key \S+ has retired$/)]);
    expect(await states()).toEqual(['signing']);
    expect(await published()).toHaveLength(1);
  });

  it('cannot rotate before there are any', async () => {
    const nowhere = join(directory, 'nowhere');
    await expect(rotateKeys({ home: nowhere, report: quiet })).rejects.toThrow('npm start makes the first');
  });
});
