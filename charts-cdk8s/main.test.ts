import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fixtureJwks } from './test/fixtures.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'synth-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

function synth(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], (_, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe('npm run synth', () => {
  it('writes the manifests of an environment', async () => {
    const jwks = join(directory, 'jwks.json');
    await writeFile(jwks, JSON.stringify(fixtureJwks));
    const out = join(directory, 'out');
    const { status, stdout, stderr } = await synth('--env', 'prod', '--jwks', jwks, '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(out);
    expect(await readdir(out)).toContain('22-authorization-policy.yaml');
  });

  it('warns that an empty key set refuses every token', async () => {
    const { status, stderr } = await synth('--env', 'prod', '--out', join(directory, 'empty'));
    expect(status).toBe(0);
    expect(stderr).toContain('refuse every token');
  });

  it.each([
    ['no environment', [], 'say which environment'],
    [
      'an unknown environment',
      ['--env', 'moon'],
      "there is no environment 'moon'; there are: local, dev, staging, prod",
    ],
    ['an unknown option', ['--environment', 'prod'], '--environment'],
    ['keys that are not there', ['--env', 'prod', '--jwks', '/nowhere.json'], 'cannot read the keys'],
    ['keys that are no keys', ['--env', 'prod', '--jwks', import.meta.filename], 'is not JSON'],
  ])('says what is wrong with %s', async (_, args, message) => {
    const { status, stdout, stderr } = await synth(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('npm run synth -- --env');
    expect(stderr).not.toContain('    at ');
  });

  it('explains itself', async () => {
    const { status, stdout } = await synth('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--jwks <file>');
  });
});
