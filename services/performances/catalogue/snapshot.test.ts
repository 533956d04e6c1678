import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from './catalogue.ts';
import { DamagedFile, writeChecked } from './checked-file.ts';
import { Rankings } from './rankings.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { documentOf } from './test/document.ts';

const id = (number: number) => `0193e3a0-7b3c-7000-8000-${String(number).padStart(12, '0')}`;

describe('a snapshot', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
    path = join(folder, 'kept', 'catalogue.snapshot');
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function write() {
    const catalogue = new Catalogue();
    for (let number = 0; number < 450; number += 1) {
      catalogue.put(documentOf({ id: id(number), version: 2, title: `공연 ${number}` }));
    }
    catalogue.remove(id(7), { version: 3, at: new Date() });
    const places = [{ place: 1, performanceId: id(3) }];
    catalogue.setRankings(new Rankings([{ period: 'day', date: '2026-11-19', genre: null, places }]), new Date());
    await writeSnapshot(path, { catalogue, offset: 41, completeAt: 1_700_000_000_000 });
    return catalogue;
  }

  it('gives back what was in the catalogue, what was removed, and where the feed was', async () => {
    const catalogue = await write();
    const read = await readSnapshot(path);
    expect(read).toMatchObject({ offset: 41, completeAt: 1_700_000_000_000 });
    expect([...(read?.catalogue.ids() ?? [])]).toEqual([...catalogue.ids()]);
    for (const each of catalogue.ids()) expect(read?.catalogue.document(each)).toEqual(catalogue.document(each));
    expect(read?.catalogue.put(documentOf({ id: id(7), version: 3, title: '다시' }))).toBe(false);
    expect(read?.catalogue.rankings.rankOf(id(3))).toBe(1);
  });

  it('goes on from when the catalogue changed last, also when that was a removal', async () => {
    const { changedAt } = await write();
    expect((await readSnapshot(path))?.catalogue.changedAt).toBe(changedAt);
  });

  it('is not there before it was written', async () => {
    expect(await readSnapshot(path)).toBeUndefined();
  });

  it('is refused when one bit of it is another, wherever it is', async () => {
    await write();
    const good = await readFile(path);
    for (const place of [0, 100, good.length >> 1, good.length - 1]) {
      const bad = Buffer.from(good);
      bad[place] = (bad[place] ?? 0) ^ 1;
      await writeFile(path, bad);
      await expect(readSnapshot(path)).rejects.toThrow(DamagedFile);
    }
  });

  it.each([0, 10, 64, 5000])('is refused when only %d bytes of it are there', async (length) => {
    await write();
    await writeFile(path, (await readFile(path)).subarray(0, length));
    await expect(readSnapshot(path)).rejects.toThrow(DamagedFile);
  });

  it('is refused when it is whole and of another format', async () => {
    await writeChecked(path, (add) => add(Buffer.from('{"format":"ticketaka catalogue 0"}\n')));
    await expect(readSnapshot(path)).rejects.toThrow('another format');
  });

  it('stays as it was when writing another fails', async () => {
    await write();
    const failing = writeChecked(path, () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow('disk full');
    expect((await readSnapshot(path))?.offset).toBe(41);
  });
});
