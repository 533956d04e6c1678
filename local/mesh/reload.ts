/** Watches manifests and endpoints, and says when they have changed and are still again. */
import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files are written one after the other: wait until nothing has happened for this long. Milliseconds. */
const quiet = 100;

export interface Watcher {
  close(): void;
}

/**
 * @param changed called when the content differs from what it was at the last call, or at the beginning
 */
export async function watchFiles(
  { manifests, endpoints }: { readonly manifests: string; readonly endpoints: string },
  changed: () => void,
): Promise<Watcher> {
  let seen = await fingerprint(manifests, endpoints);
  let timer: NodeJS.Timeout | undefined;
  const check = async () => {
    const now = await fingerprint(manifests, endpoints);
    if (now === seen) return;
    seen = now;
    changed();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), quiet);
  };
  // The folder, not the file: a file that is replaced by a rename would no longer be watched.
  const folders = new Set([manifests, dirname(endpoints)]);
  const watchers = [...folders].map((folder) => watch(folder, soon).on('error', soon));
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Of all content; a file that is just being replaced counts as empty, and is seen again when it is there. */
async function fingerprint(manifests: string, endpoints: string): Promise<string> {
  const names = (await readdir(manifests).catch(() => [])).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  const hash = createHash('sha256');
  for (const file of [...names.map((name) => join(manifests, name)), endpoints])
    hash.update(file).update(await readFile(file).catch(() => ''));
  return hash.digest('hex');
}
