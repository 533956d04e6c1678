import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installFiles } from './pruned-lock.ts';
import { serviceFiles } from './service-files.ts';
import { workingTree } from './tree.ts';

const usage = `Lays out what an image of a service is made of. Needs Node 24 and no package.

node tests/delivery/image-context.ts <service> [--out <directory>]

Without --out, prints the paths of the service's files. With it, writes two folders there:
  packages/   package.json files and the part of the lock that the service needs, for npm ci
  sources/    the files that run
`;

/** Two folders, so that packages are installed again only when they change. */
export function writeImageContext(root: string, service: string, directory: string): void {
  const tree = workingTree(root);
  const write = (path: string, content: string) => {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  for (const [name, content] of Object.entries(installFiles(tree, service))) write(`packages/${name}`, content);
  const sources = serviceFiles(tree, service).filter((path) => !path.endsWith('/package.json'));
  for (const path of sources) write(`sources/${path}`, tree.read(path));
}

function main(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
  const [service, ...more] = positionals;
  if (service === undefined || more.length > 0) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  const root = join(import.meta.dirname, '../..');
  if (values.out === undefined) process.stdout.write(`${serviceFiles(workingTree(root), service).join('\n')}\n`);
  else writeImageContext(root, service, values.out);
}

if (import.meta.main) main();
