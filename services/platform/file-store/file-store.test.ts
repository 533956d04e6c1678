import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '../log/index.ts';
import { type FileStore, FileStoreUnavailable, fileStoreUrl, openFileStore, openS3 } from './index.ts';
import { startS3 } from './test/s3-server.ts';

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
/** As AWS makes them: with characters that a URL would take for its own. */
const known = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'wJal/rXU+tnF:E=MI@K7', region: 'ap-northeast-2' };
const webp = { contentType: 'image/webp' };
const key = 'posters/0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e/640.webp';

let directory: string;
let s3: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-store-'));
  s3 = await startS3(known, 'posters');
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const open = (url: string) => openFileStore({ url, log });
const directoryStore = (name = 'plain') => open(pathToFileURL(join(directory, name)).href);

describe.each<[string, () => FileStore]>([
  ['a directory', () => directoryStore()],
  ['S3', () => open(s3.storeUrl())],
  ['S3 below a prefix', () => open(s3.storeUrl({ path: 'posters/staging/files' }))],
])('%s', (_, opened) => {
  it('gives back what was put, byte for byte, with its type', async () => {
    const store = opened();
    const bytes = randomBytes(300_000);
    expect(await store.get(key)).toBeUndefined();
    expect(await store.has(key)).toBe(false);
    await store.put(key, bytes, webp);
    expect(await store.has(key)).toBe(true);
    const found = await store.get(key);
    expect(found?.contentType).toBe('image/webp');
    expect(Buffer.compare(Buffer.from(found?.bytes ?? []), bytes)).toBe(0);
  });

  it('keeps an empty file, and replaces one', async () => {
    const store = opened();
    await store.put('a/b.txt', Buffer.from('first'), { contentType: 'text/plain' });
    await store.put('a/b.txt', Buffer.of(), { contentType: 'text/plain' });
    expect((await store.get('a/b.txt'))?.bytes).toHaveLength(0);
  });

  it('forgets what is removed, and does not mind removing it again', async () => {
    const store = opened();
    await store.put('gone.txt', Buffer.from('x'), { contentType: 'text/plain' });
    await store.remove('gone.txt');
    await store.remove('gone.txt');
    expect(await store.get('gone.txt')).toBeUndefined();
  });

  it('refuses what is not a key', async () => {
    const store = opened();
    const wrong = ['', '/a.txt', '../a.txt', 'a/../b.txt', 'a/./b.txt', 'a//b.txt', 'a\\b.txt', 'a\0.txt', '.a.txt'];
    const others = [
      'A.txt',
      'a',
      'a.exe',
      'a.constructor',
      'a~b.txt',
      'a%2fb.txt',
      'a.txt\n',
      `${'a'.repeat(200)}.txt`,
    ];
    for (const name of [...wrong, ...others]) {
      await expect(store.get(name)).rejects.toThrow(TypeError);
      await expect(store.has(name)).rejects.toThrow(TypeError);
      await expect(store.remove(name)).rejects.toThrow(TypeError);
      await expect(store.put(name, Buffer.of(), { contentType: 'text/plain' })).rejects.toThrow(TypeError);
    }
  });

  it('refuses content of another type than the key says', async () => {
    await expect(opened().put(key, Buffer.of(), { contentType: 'text/plain' })).rejects.toThrow('holds image/webp');
  });
});

describe('a directory', () => {
  it('spreads files over folders, and leaves nothing unfinished beside them', async () => {
    const store = directoryStore('spread');
    const keys = Array.from({ length: 100 }, (_, index) => `spread/${index}.txt`);
    await Promise.all(keys.map((name) => store.put(name, Buffer.from(name), { contentType: 'text/plain' })));
    const folders = await readdir(join(directory, 'spread'));
    expect(folders.length).toBeGreaterThan(50);
    expect(folders.every((name) => /^[0-9a-f]{2}$/.test(name))).toBe(true);
    const files = await Promise.all(folders.map((name) => readdir(join(directory, 'spread', name))));
    expect(files.flat().toSorted()).toEqual(keys.map((name) => name.replaceAll('/', '~')).toSorted());
  });

  it('never shows part of a file, whoever writes it at the same time', async () => {
    const store = directoryStore('race');
    const versions = [Buffer.alloc(2_000_000, 1), Buffer.alloc(1_000_000, 2)];
    await store.put(key, Buffer.alloc(2_000_000, 1), webp);
    const writes = versions.map(async (version) => {
      for (let times = 0; times < 10; times += 1) await store.put(key, version, webp);
    });
    const written = new AbortController();
    const all = Promise.all(writes).finally(() => written.abort());
    const seen = new Set<string>();
    while (!written.signal.aborted) {
      const { bytes = Buffer.of() } = (await store.get(key)) ?? {};
      seen.add(`${bytes.length} of ${bytes[0]}${bytes.every((byte) => byte === bytes[0]) ? '' : ' and others'}`);
    }
    await all;
    expect([...seen].filter((what) => !['2000000 of 1', '1000000 of 2'].includes(what))).toEqual([]);
  });

  it('keeps what was there when a write fails', async () => {
    const store = directoryStore('failing');
    await store.put('kept.txt', Buffer.from('kept'), { contentType: 'text/plain' });
    const [folder = ''] = await readdir(join(directory, 'failing'));
    // A value that cannot be written stands for a disk that cannot be written to.
    const unwritable = { length: 1 } as unknown as Uint8Array;
    await expect(store.put('kept.txt', unwritable, { contentType: 'text/plain' })).rejects.toThrow();
    expect(await readdir(join(directory, 'failing', folder))).toEqual(['kept.txt']);
    expect(await readFile(join(directory, 'failing', folder, 'kept.txt'), 'utf8')).toBe('kept');
  });

  it('does not take a place that is no directory for an empty one', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(directoryStore('file').get(key)).rejects.toThrow('ENOTDIR');
  });
});

describe('S3', () => {
  it('stores objects under their keys, below the prefix, with their type', async () => {
    await open(s3.storeUrl({ path: 'posters/live' })).put('x/1.webp', Buffer.from('x'), webp);
    expect(s3.objects.get('live/x/1.webp')).toEqual({ bytes: Buffer.from('x'), contentType: 'image/webp' });
  });

  it.each(['error', 'hang-up', 'silence'] as const)('tries again after: %s', async (trouble) => {
    const { host } = new URL(s3.url);
    const store = openS3({ ...known, endpoint: `http://${host}`, bucket: 'posters', log, timeoutMs: 300 });
    await store.put('again.txt', Buffer.from('again'), { contentType: 'text/plain' });
    s3.troubles.push(trouble, trouble);
    const before = s3.requests.length;
    expect(Buffer.from((await store.get('again.txt'))?.bytes ?? []).toString()).toBe('again');
    expect(s3.requests.slice(before)).toEqual(Array(3).fill('GET /posters/again.txt'));
  });

  it('says that it is unavailable when it stays away', async () => {
    s3.troubles.push('error', 'error', 'error');
    const failure = await open(s3.storeUrl())
      .get('away.txt')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FileStoreUnavailable);
    expect(failure).toMatchObject({ unavailable: true });
    const nobody = `s3://key:secret@127.0.0.1:1/posters?region=x&protocol=http`;
    await expect(open(nobody).has('away.txt')).rejects.toThrow(FileStoreUnavailable);
  });

  it.each([
    ['another secret', { secretAccessKey: 'guessed' }, 'SignatureDoesNotMatch'],
    ['another key', { accessKeyId: 'AKIAOTHER' }, 'InvalidAccessKeyId'],
    ['another region', { region: 'us-east-1' }, 'AuthorizationHeaderMalformed'],
    ['a bucket that is not there', { path: 'elsewhere' }, 'NoSuchBucket'],
  ])('asks once and says what S3 says, with %s', async (_, change, code) => {
    const store = open(s3.storeUrl(change));
    const before = s3.requests.length;
    await expect(store.put('x.txt', Buffer.from('x'), { contentType: 'text/plain' })).rejects.toThrow(code);
    await expect(store.get('x.txt')).rejects.toThrow(code);
    expect(s3.requests).toHaveLength(before + 2);
  });
});

describe('FILE_STORE_URL', () => {
  it.each([
    'file:///var/lib/files',
    's3://key:secret@s3.ap-northeast-2.amazonaws.com/posters?region=ap-northeast-2',
    's3://key:se%2Fcret@minio:9000/posters/a/b?region=local&protocol=http',
  ])('may be %s', (url) => {
    expect(fileStoreUrl.safeParse(url).success).toBe(true);
  });

  it.each([
    '',
    '/var/lib/files',
    'file:///',
    'file://host/files',
    'https://key:secret@host/bucket?region=x',
    's3://host/bucket?region=x',
    's3://key:secret@host/?region=x',
    's3://key:secret@host/bucket',
    's3://key:secret@host/bucket?region=x&protocol=ftp',
    's3://key:secret@host/bucket?region=x&regoin=y',
    's3://key:%zz@host/bucket?region=x',
    's3://key:secret@host/Bucket?region=x',
  ])('may not be %s', (url) => {
    const parsed = fileStoreUrl.safeParse(url);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).not.toContain('key:secret');
    expect(() => open(url)).toThrow(TypeError);
  });
});
