import { createHash, type Hash, hash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

const checksumBytes = 64;

/** A file that is not what was written: cut, or changed. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/**
 * Writes a file that ends with its checksum, beside the old one, and puts it in its place when it is whole and on the
 * disk: whoever reads it finds the old or the new one.
 * @param write is given the function that adds bytes
 */
export async function writeChecked(
  path: string,
  write: (add: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const written = `${path}.new`;
  const file = await open(written, 'w');
  try {
    const checksum = createHash('sha256');
    await write((bytes) => append(file, checksum, bytes));
    await file.writeFile(checksum.digest('hex'));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, path);
}

async function append(file: FileHandle, checksum: Hash, bytes: Uint8Array): Promise<void> {
  checksum.update(bytes);
  // Unlike `write`, goes on until all of it is written.
  await file.writeFile(bytes);
}

/**
 * Reads what {@link writeChecked} wrote.
 * @returns undefined when there is no such file
 * @throws DamagedFile
 */
export async function readChecked(path: string): Promise<Buffer | undefined> {
  const content = await readFile(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!content) return undefined;
  const body = content.subarray(0, -checksumBytes);
  const checksum = content.subarray(-checksumBytes).toString('latin1');
  if (hash('sha256', body) !== checksum) throw new DamagedFile('its checksum is wrong');
  return body;
}

/** By its code alone: in another realm, such as a test's, even Node's errors are no instances of this realm's Error. */
function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
