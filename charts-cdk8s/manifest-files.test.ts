import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeManifests } from './manifest-files.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manifests-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

it('makes the directory, and leaves nothing of an earlier render but files of others', async () => {
  const target = join(directory, 'dist', 'prod');
  await writeManifests(
    {
      objects: [],
      files: [
        { name: '00-namespace.yaml', yaml: 'old' },
        { name: '50-gone.yaml', yaml: 'old' },
      ],
    },
    target,
  );
  await writeFile(join(target, 'README.md'), 'kept');
  await writeManifests({ objects: [], files: [{ name: '00-namespace.yaml', yaml: 'new' }] }, target);
  expect((await readdir(target)).toSorted()).toEqual(['00-namespace.yaml', 'README.md']);
  expect(await readFile(join(target, '00-namespace.yaml'), 'utf8')).toBe('new');
});
