import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from '../environment.ts';
import { keepalivedConfig } from './keepalived.ts';
import { nginxConfig } from './nginx.ts';

export interface EdgeFile {
  /** `dmz-1/nginx.conf` */
  readonly name: string;
  readonly text: string;
}

/** The configuration of the proxies before the cluster, a directory for each machine. None where a cloud has its own. */
export function edgeFiles({ hosts, cluster }: Environment): readonly EdgeFile[] {
  const edge = cluster?.edge;
  if (edge?.kind !== 'dmz') return [];
  return edge.proxies.flatMap((proxy) => [
    { name: `${proxy.name}/nginx.conf`, text: nginxConfig({ hosts, pair: edge }) },
    { name: `${proxy.name}/keepalived.conf`, text: keepalivedConfig({ pair: edge, proxy }) },
  ]);
}

/** Writes the files into a directory that is theirs alone: what was in it is gone. */
export async function writeEdgeFiles(files: readonly EdgeFile[], directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  for (const { name, text } of files) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
