import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** Stands in for npm: notes how it was called, and "installs" the Node that runs it. */
const npm = `
const fs = require('node:fs');
fs.appendFileSync(process.env.NPM_CALLS, process.argv.slice(2).join(' ') + '\\n');
console.log('npm says: everything that it printed');
if (process.env.NPM_FAILS) process.exit(1);
fs.mkdirSync('node_modules/node/bin', { recursive: true });
fs.rmSync('node_modules/node/bin/node', { force: true });
fs.symlinkSync(process.execPath, 'node_modules/node/bin/node');
if (fs.existsSync('package-lock.json')) fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;

let root: string;

function lock(version = '18.0.0', marker = 'a') {
  const packages = { '': { name: marker }, 'node_modules/node': { version } };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ticketaka-bootstrap-'));
  mkdirSync(join(root, 'local'));
  mkdirSync(join(root, 'npm'));
  cpSync(join(import.meta.dirname, 'bootstrap.js'), join(root, 'local/bootstrap.js'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'npm/npm-cli.js'), npm);
  writeFileSync(join(root, 'npm/package.json'), '{}');
  writeFileSync(join(root, 'npm/calls'), '');
  writeFileSync(join(root, 'script.ts'), 'console.log(process.argv.slice(2).join(" ") as string);');
  lock();
});
afterEach(() => rmSync(root, { recursive: true }));

function launch(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'local/bootstrap.js'), ...args], {
    env: {
      ...process.env,
      npm_execpath: join(root, 'npm/npm-cli.js'),
      NPM_CALLS: join(root, 'npm/calls'),
      NODE_OPTIONS: '',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { child, ended: ended.then(([[code, signal], out, err]) => ({ code, signal, out, err })) };
}

const run = (...args: Parameters<typeof launch>) => launch(...args).ended;
const calls = () => readFileSync(join(root, 'npm/calls'), 'utf8').split('\n').filter(Boolean);

describe('the first run', () => {
  it('installs the packages, says so on standard error, and runs the script', async () => {
    expect(await run(['script.ts', 'one', 'two'])).toEqual({
      code: 0,
      signal: null,
      out: 'one two\n',
      err: expect.stringMatching(/^Installing the npm packages\nThe npm packages are there \(\d+\.\d s\)\n$/),
    });
  });

  it('installs once when two start at the same time', async () => {
    const both = await Promise.all([run(['script.ts', 'a']), run(['script.ts', 'b'])]);
    expect(both.map(({ out }) => out)).toEqual(['a\n', 'b\n']);
    expect(calls()).toHaveLength(1);
  });

  it('takes over from one that was killed while it installed', async () => {
    mkdirSync(join(root, '.local'));
    writeFileSync(join(root, '.local/install.lock'), String(2 ** 22 + 1));
    expect(await run(['script.ts'])).toMatchObject({ code: 0 });
  });

  it('gets the Node that is named first when this one is older', async () => {
    lock('99.0.0');
    const { err } = await run(['script.ts']);
    expect(err).toMatch(
      /^Node 99\.0\.0 is needed, this is \d+\.\d+\.\d+: getting it from npm into \.local\/toolchain\n/,
    );
    expect(calls()).toHaveLength(2);
    const toolchain = readFileSync(join(root, '.local/toolchain/99.0.0/package.json'), 'utf8');
    expect(JSON.parse(toolchain)).toEqual({
      private: true,
      dependencies: { node: '99.0.0' },
      allowScripts: { node: true },
    });
  });

  it('shows all that npm said when it fails, and runs nothing', async () => {
    const { code, out, err } = await run(['script.ts'], { NPM_FAILS: '1' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(
      'npm says: everything that it printed\nnpm install --no-save --no-audit --no-fund ended with code 1',
    );
  });
});

describe('a later run', () => {
  beforeEach(() => run(['script.ts']));

  it('installs nothing and says nothing', async () => {
    expect(await run(['script.ts', 'again'])).toEqual({ code: 0, signal: null, out: 'again\n', err: '' });
    expect(calls()).toHaveLength(1);
  });

  it('installs again when the lock file names other packages', async () => {
    lock('18.0.1');
    expect((await run(['script.ts'])).code).toBe(0);
    expect(calls()).toHaveLength(2);
  });

  it('does not install what somebody has installed by hand', async () => {
    lock('18.0.0', 'another text, the same packages');
    expect((await run(['script.ts'])).err).toBe('');
    expect(calls()).toHaveLength(1);
  });

  it('passes the exit code and signals on', async () => {
    writeFileSync(join(root, 'script.ts'), 'process.exit(7)');
    expect(await run(['script.ts'])).toMatchObject({ code: 7 });

    writeFileSync(
      join(root, 'script.ts'),
      'process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 9); console.log("up")',
    );
    const waiting = launch(['script.ts']);
    await once(waiting.child.stdout, 'data');
    waiting.child.kill('SIGTERM');
    expect(await waiting.ended).toMatchObject({ code: 5 });
  });

  it('lets its script see that it was killed', async () => {
    writeFileSync(join(root, 'script.ts'), 'process.on("disconnect", () => console.log("alone")); console.log("up")');
    const killed = launch(['script.ts']);
    await once(killed.child.stdout, 'data');
    killed.child.kill('SIGKILL');
    expect((await killed.ended).out).toBe('up\nalone\n');
  });
});

it('says how to use it when no script is named', async () => {
  expect(await run([])).toMatchObject({ code: 2, err: expect.stringContaining('usage:') });
});
