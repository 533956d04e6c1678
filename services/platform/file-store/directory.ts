import { hash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileStore, FileStoreUnavailable } from './file-store.ts';
import { contentTypeOf, requireContentType } from './key.ts';

/**
 * Files in a directory, or a volume that several replicas share. They are spread over 256 folders by the hash of their
 * key, since a folder with millions of files is slow to work with; a name holds its whole key, with `~` for `/`.
 */
export function openDirectory(root: string): FileStore {
  const pathOf = (key: string) => join(root, hash('sha256', key).slice(0, 2), key.replaceAll('/', '~'));

  return {
    async put(key, bytes, { contentType }) {
      requireContentType(key, contentType);
      const path = pathOf(key);
      await attempt(async () => {
        await mkdir(dirname(path), { recursive: true });
        await replace(path, bytes);
      });
    },

    async get(key) {
      const contentType = contentTypeOf(key);
      const bytes = await ifThere(() => readFile(pathOf(key)));
      return bytes && { bytes, contentType };
    },

    async has(key) {
      contentTypeOf(key);
      const found = await ifThere(() => access(pathOf(key)).then(() => true));
      return found ?? false;
    },

    async remove(key) {
      contentTypeOf(key);
      await attempt(() => rm(pathOf(key), { force: true }));
    },
  };
}

/** A name that is there is a whole file: the bytes are on disk before they get it, and the name is before we say so. */
async function replace(path: string, bytes: Uint8Array) {
  // In the same folder, since a rename between file systems is not atomic. No key begins with a dot.
  const unfinished = join(dirname(path), `.${randomUUID()}`);
  try {
    await written(unfinished, 'wx', (file) => file.writeFile(bytes));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await written(dirname(path), 'r');
}

type FileHandle = Awaited<ReturnType<typeof open>>;

async function written(path: string, flags: 'r' | 'wx', write?: (file: FileHandle) => Promise<void>) {
  await using file = await open(path, flags);
  await write?.(file);
  await file.sync();
}

async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw translate(error);
  }
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw translate(error);
  }
}

/** The volume is full, went away, or has too many files open: none of it is the caller's doing. */
const passing = new Set(['EAGAIN', 'EBUSY', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOSPC', 'ESTALE', 'ETIMEDOUT']);

function translate(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !passing.has(code)) return error;
  return new FileStoreUnavailable(`the directory of files does not work: ${code}`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
