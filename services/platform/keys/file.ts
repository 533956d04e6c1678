import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type KeySet, KeySetError, keySetSchema, publicJwks } from './key-set.ts';

/**
 * Reads a private key set.
 * @throws KeySetError when the file is missing or is not a key set. The message names the file, never its content.
 */
export async function readKeySet(path: string): Promise<KeySet> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new KeySetError(`${path} cannot be read`, { cause });
  });
  const set = keySetSchema.safeParse(parseJson(path, text));
  if (!set.success) {
    const why = set.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`);
    throw new KeySetError(`${path} is not a key set (${why.join('; ')})`);
  }
  return set.data;
}

/** Replaces a private key set. Readers see the old or the new file, never a part; nobody else may read it (0600). */
export async function writeKeySet(path: string, set: KeySet): Promise<void> {
  await writeAtomically(path, { text: toJson(keySetSchema.parse(set)), mode: 0o600 });
}

/** Replaces the public half, which anyone may read (0644). */
export async function writeJwks(path: string, set: KeySet): Promise<void> {
  await writeAtomically(path, { text: toJson(publicJwks(set)), mode: 0o644 });
}

async function writeAtomically(path: string, { text, mode }: { text: string; mode: number }): Promise<void> {
  // In the same folder, since a rename is atomic within one file system only.
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      // The umask narrows what open() was asked for.
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, and the text is a private key.
    throw new KeySetError(`${path} is not JSON`);
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
