/** @needs git */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const github = join(import.meta.dirname, '../../.github');
const run = promisify(execFile);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'workflow-scripts-'));
});

afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }));

/** As on a runner: a git that knows nobody but whom the script names, and programs of the test before the machine's. */
const variables = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: `${directory}:${process.env['PATH']}`,
  HOME: directory,
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Pipeline',
  GIT_AUTHOR_EMAIL: 'pipeline@ticketaka.example',
  GIT_COMMITTER_NAME: 'Pipeline',
  GIT_COMMITTER_EMAIL: 'pipeline@ticketaka.example',
  ...more,
});

async function git(...args: string[]): Promise<string> {
  return (await run('git', args, { cwd: directory, env: variables() })).stdout.trim();
}

async function commit(message: string): Promise<string> {
  await git('commit', '--quiet', '--allow-empty', '--message', message);
  return git('rev-parse', 'HEAD');
}

describe('what changed', () => {
  /** What GitHub lists as the commit of the newest deployment that came through. */
  const lastDeployed = async (listed: string) => {
    await writeFile(join(directory, 'gh'), `#!/bin/sh\nprintf '%s' '${listed}'\n`, { mode: 0o755 });
    const { stdout } = await run(join(github, 'last-deployed.sh'), [], { cwd: directory, env: variables() });
    return stdout.trim();
  };

  it('is counted from the newest commit whose deployment came through', async () => {
    await git('init', '--quiet', '--initial-branch', 'main');
    const deployed = await commit('Deployed');
    await commit('Its checks failed');
    await commit('Mended');
    expect(await lastDeployed(deployed)).toBe(deployed);
  });

  it('is everything before the first deployment, and after the history was written anew', async () => {
    await git('init', '--quiet', '--initial-branch', 'main');
    await commit('First');
    expect(await lastDeployed('')).toBe('');
    expect(await lastDeployed('0123456789012345678901234567890123456789')).toBe('');
  });
});

describe('the removal of a preview', () => {
  const removal = async (branch: string, repository = join(directory, 'manifests.git')) => {
    const jobs = z.object({ steps: z.array(z.looseObject({ run: z.string().optional() })) });
    const text = await readFile(join(github, 'workflows/preview.yaml'), 'utf8');
    const { remove } = z.object({ jobs: z.object({ remove: jobs }) }).parse(parse(text)).jobs;
    const script = remove.steps.map((step) => step.run ?? '').join('\n');
    return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: join(github, '..'),
      env: variables({ BRANCH: branch, GITOPS_REPOSITORY: repository, MANIFESTS_TOKEN: 'token' }),
    });
  };

  it('takes away its branch, and is content when there never was one', async () => {
    await git('init', '--quiet', '--initial-branch', 'main');
    await commit('Render everything');
    await git('clone', '--quiet', '--bare', directory, join(directory, 'manifests.git'));
    const branches = async () => (await git('-C', 'manifests.git', 'branch', '--format=%(refname:short)')).split('\n');
    await git('-C', 'manifests.git', 'branch', 'preview-7');
    await git('-C', 'manifests.git', 'branch', 'of-somebody/preview-8');
    await removal('preview-7');
    expect(await branches()).toEqual(['main', 'of-somebody/preview-8']);
    await removal('preview-8');
    expect(await branches()).toEqual(['main', 'of-somebody/preview-8']);
  });

  it('fails when it could not look', async () => {
    await expect(removal('preview-7', join(directory, 'nowhere.git'))).rejects.toMatchObject({ code: 128 });
  });
});
