import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { readKeySet, writeJwks, writeKeySet } from './file.ts';
import { generateKey } from './generate-key.ts';
import { createKeySet, KeySetError, publicJwks } from './key-set.ts';

const now = new Date('2026-01-01T00:00:00.000Z');
const mode = async (path: string) => (await stat(path)).mode & 0o777;

describe('key files', () => {
  let directory = '';
  const file = () => join(directory, 'keyset.json');

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyset-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('give back what was written, to the owner alone', async () => {
    const set = createKeySet(await generateKey(), now);
    await writeKeySet(file(), set);
    expect(await readKeySet(file())).toEqual(set);
    expect(await mode(file())).toBe(0o600);
    expect(await readdir(directory)).toEqual(['keyset.json']);
  });

  it('close a file again that was open to others', async () => {
    await writeFile(file(), '');
    await chmod(file(), 0o666);
    await writeKeySet(file(), createKeySet(await generateKey(), now));
    expect(await mode(file())).toBe(0o600);
  });

  it('hold in the public one nothing that is private', async () => {
    const set = createKeySet(await generateKey(), now);
    await writeJwks(file(), set);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(publicJwks(set));
    expect(await readFile(file(), 'utf8')).not.toContain(set.keys[0]?.privateJwk.d);
    expect(await mode(file())).toBe(0o644);
  });

  it('name a key by its thumbprint', async () => {
    const { kid, privateJwk } = await generateKey();
    const { kty, n, e } = privateJwk;
    expect(kid).toBe(await calculateJwkThumbprint({ kty, n, e }));
    expect(Buffer.from(n, 'base64url')).toHaveLength(256);
  });

  it.each(['', '{', '{"keys":[]}', '{"keys":[{"kid":"secret-d"}]}'])('are refused when they hold %j', async (text) => {
    await writeFile(file(), text);
    await expect(readKeySet(file())).rejects.toThrow(KeySetError);
    await expect(readKeySet(file())).rejects.not.toThrow(/secret-d/);
  });

  it('are refused when they are missing', async () => {
    await expect(readKeySet(file())).rejects.toThrow(KeySetError);
  });
});
