import { join } from 'node:path';
import { changedServices } from './changed-services.ts';
import { deployableServices } from './service-files.ts';
import { commitTree, workingTree } from './tree.ts';

/**
 * `node tests/delivery/changed.ts [<commit>]`: a JSON list of the services whose image is another than at that commit;
 * of all services without one. Needs Node 24 and no package.
 */
const root = join(import.meta.dirname, '../..');
const [commit, ...more] = process.argv.slice(2);
if (more.length > 0 || commit?.startsWith('-')) {
  process.stderr.write('usage: node tests/delivery/changed.ts [<commit>]\n');
  process.exitCode = 2;
} else {
  const now = workingTree(root);
  // A branch that was just made has nothing before it: GitHub says so with zeros.
  const isFirst = commit === undefined || /^0*$/.test(commit);
  // The working tree has no files of tests/, and the recipe is there: both sides are read from commits.
  const changed = isFirst
    ? deployableServices(now)
    : changedServices(commitTree(root, commit), commitTree(root, 'HEAD'));
  process.stdout.write(`${JSON.stringify(changed)}\n`);
}
