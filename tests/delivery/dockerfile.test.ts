import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { imageRecipe } from './changed-services.ts';
import { serviceFiles } from './service-files.ts';
import { workingTree } from './tree.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Each instruction with its words: `['FROM', 'node:24', 'AS', 'node']`. Continued lines are one. */
const instructions = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => line.trim().split(/\s+/));
const stages = instructions.filter(([name]) => name === 'FROM');
const last = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));

describe('the Dockerfile', () => {
  it('starts from one image only, of the version of Node that the platform is tested on', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    const [[, base = ''] = [], ...others] = stages;
    expect(base.split('@')[0]).toBe(`node:${devDependencies['node']}-bookworm-slim`);
    expect(base.split('@')[1] ?? 'sha256:').toMatch(/^sha256:([0-9a-f]{64})?$/);
    expect(others.map(([, from]) => from)).toEqual(others.map(() => 'node'));
  });

  it('runs as a user that is not root, by number', () => {
    const users = last.filter(([name]) => name === 'USER').map(([, user]) => user);
    expect(users).toEqual(['65532:65532']);
    expect(last.slice(last.findIndex(([name]) => name === 'USER')).map(([name]) => name)).toEqual(['USER', 'CMD']);
  });

  it('copies into what runs only what was laid out for the service', () => {
    const copied = last.filter(([name]) => name === 'COPY').map(([, from, source]) => [from, source]);
    expect(copied).toEqual([
      ['--from=packages', '/app'],
      ['--from=files', '/context/sources'],
    ]);
    expect(instructions.filter(([name]) => name === 'ADD')).toEqual([]);
  });

  it('installs what the lock says, no development packages, and runs no script of a package', () => {
    const installs = instructions.map((words) => words.join(' ')).filter((line) => /\bnpm (ci|install|i)\b/.test(line));
    expect(installs).toHaveLength(1);
    expect(installs[0]).toContain('npm ci --omit=dev --ignore-scripts');
  });

  it('is told nothing secret', () => {
    const told = instructions.filter(([name]) => name === 'ARG' || name === 'ENV').map(([, what]) => what);
    expect(told).toEqual(['SERVICE', 'NODE_ENV=production']);
  });
});

describe('what is sent to the builder', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it('is what is named, and nothing else', () => {
    expect(lines[0]).toBe('*');
    expect(lines.filter((line) => line.startsWith('!'))).toEqual([
      '!package-lock.json',
      '!services',
      '!tests/delivery',
    ]);
  });

  it('has every file of every service, and the recipe', () => {
    const needed = [
      ...serviceFiles(workingTree(root), 'performances'),
      ...imageRecipe.filter((path) => path.endsWith('.ts')),
    ];
    expect(needed.filter((path) => isLeftOut(path))).toEqual([]);
    expect(needed.filter((path) => !path.startsWith('services/') && !path.startsWith('tests/delivery/'))).toEqual([]);
  });
});

/** What the later lines of .dockerignore leave out of what the earlier ones named. */
function isLeftOut(path: string): boolean {
  return /(^|\/)(node_modules|test|testing)(\/|$)|\.test\.ts$|\.md$/.test(path);
}
