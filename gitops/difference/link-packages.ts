import { mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Gives a copy of the repository the packages that are installed in it, but each workspace as it is in the copy. */
export async function linkPackages(root: string, copy: string): Promise<void> {
  const installed = join(root, 'node_modules');
  const own = join(copy, 'node_modules');
  await mkdir(join(own, '@ticketaka'), { recursive: true });
  const names = (await readdir(installed)).filter((name) => name !== '@ticketaka');
  await Promise.all(names.map((name) => symlink(join(installed, name), join(own, name))));
  for (const name of await readdir(join(installed, '@ticketaka'))) {
    const target = await readlink(join(installed, '@ticketaka', name));
    await symlink(target, join(own, '@ticketaka', name));
    // Relative to node_modules/@ticketaka, as npm writes it.
    const workspace = relative('../..', target);
    const nested = join(root, workspace, 'node_modules');
    if ((await isDirectory(nested)) && (await isDirectory(join(copy, workspace))))
      await symlink(nested, join(copy, workspace, 'node_modules'));
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
