/** @needs git */

import { inspect } from 'node:util';
import { expect, it } from '@jest/globals';
import { environment, temporaryDirectory } from '../test/sandbox.ts';
import { git } from './git.ts';

it('tells of a failure nothing that opens the repository, not even to who prints the whole error', async () => {
  await using directory = await temporaryDirectory();
  const address = 'https://pipeline:hunter2hunter2@manifests.example/manifests.git';
  const options = { directory: directory.path, environment };
  await git(['init', '--quiet'], options);
  const failed = await git(['checkout', address], options).catch((error: unknown) => error);
  expect(failed).toMatchObject({ name: 'GitError' });
  expect(inspect(failed)).not.toContain('hunter2');
  expect(String(failed)).toContain('https://***@manifests.example');
});
