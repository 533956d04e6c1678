import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@ticketaka/charts/services';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { installFiles } from '../delivery/pruned-lock.ts';
import { deployableServices, importsOf, serviceFiles } from '../delivery/service-files.ts';
import { workingTree } from '../delivery/tree.ts';
import { type LoneWorkload, loneWorkloads } from '../setup/lone-workloads.ts';
import { type ContainerEngine, findEngine } from './container-engine.ts';

const root = join(import.meta.dirname, '../..');
const tree = workingTree(root);
const base = /^FROM (\S+) AS node$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1] ?? '';

/** One with every kind of workload and server. `IMAGES=all` takes each; a build is a quarter of a minute. */
const built = process.env['IMAGES'] === 'all' ? deployableServices(tree) : ['reservation'];
const found = process.platform === 'linux' ? findEngine(base) : { missing: 'the tests of images need Linux' };

// Where there is no engine, the tests of the Dockerfile and of the files of a service stand for it.
if ('missing' in found)
  describe.skip(`an image, where ${base} can be run (here: ${found.missing})`, () => it('', () => {}));
else describe.each(built)(`the image of %s, by ${found.engine.name}`, (service) => tests(service, found.engine));

function tests(service: string, engine: ContainerEngine): void {
  const tag = `ticketaka-test/${service}:${process.pid}`;
  beforeAll(() => engine.build({ context: root, service, tag }), 600_000);
  afterAll(() => engine.remove(tag));

  /** What a script prints that runs in the image. */
  const inside = async (script: string): Promise<unknown> => {
    const { process: child } = engine.start({ tag, command: ['node', '--eval', script] });
    if (!child.stdout || !child.stderr) throw new Error('its output is not kept');
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (output === '') throw new Error(errors);
    return JSON.parse(output);
  };

  it('runs as nobody in particular, who can write nowhere but among temporary files', async () => {
    const answer = await inside(`
      const { writeFileSync } = require('node:fs');
      const canWrite = ['/', '/app', '/app/services', '/app/node_modules', '/etc', '/usr/local/bin', '/tmp'].filter((folder) => {
        try { writeFileSync(folder + '/tried', ''); return true; } catch { return false; }
      });
      console.log(JSON.stringify({ user: process.getuid(), group: process.getgid(), canWrite, mode: process.env.NODE_ENV }));`);
    expect(answer).toEqual({ user: 65532, group: 65532, canWrite: ['/tmp'], mode: 'production' });
  });

  it('holds the files and the packages of the service, and nothing to install or to build with', async () => {
    const { sources, packages, tools } = z
      .object({ sources: z.array(z.string()), packages: z.array(z.string()), tools: z.array(z.string()) })
      .parse(await inside(listing));
    const files = serviceFiles(tree, service);
    expect(sources).toEqual(files);
    const locked = lockedPlaces(service);
    expect(packages.filter((place) => !locked.has(place))).toEqual([]);
    const imported = files.filter((path) => path.endsWith('.ts')).flatMap((path) => importsOf(tree.read(path)));
    const missing = imported
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
      .filter((name) => !packages.some((place) => place.endsWith(`node_modules/${name}`)));
    expect(missing).toEqual([]);
    expect(tools).toEqual(['docker-entrypoint.sh', 'node', 'nodejs'].filter((name) => tools.includes(name)));
  });

  it('starts each workload, which is ready, tells how it is, and ends when it is asked to', async () => {
    const declared = services.filter(({ name }) => name === service);
    const statuses: unknown[] = [];
    for await (const lone of loneWorkloads(declared)) statuses.push(await lifeOf(lone));
    const workloads = declared.flatMap(({ workloads: own }) => Object.keys(own));
    expect(statuses).toEqual(workloads.map((workload) => ({ workload, probes: [200, 200, 200], ended: 0 })));
  }, 180_000);

  async function lifeOf({ workload, env, folder }: LoneWorkload): Promise<object> {
    const command = ['node', `services/${service}/main.${workload}.ts`];
    const container = engine.start({ tag, command, env, folder });
    const child = container.process;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      const port = await waitFor(
        () => {
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
          return /"adminPort":(\d+)/.exec(output)?.[1];
        },
        { what: 'it to start', timeoutMs: 60_000 },
      );
      const admin = `http://127.0.0.1:${port}`;
      const status = async (path: string) => (await fetch(`${admin}${path}`)).status;
      await waitFor(async () => (await status('/readyz')) === 200, { what: 'it to be ready', timeoutMs: 30_000 });
      const probes = await Promise.all(['/livez', '/readyz', '/metrics'].map(status));
      container.stop();
      return { workload, probes, ended: await ended };
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${workload}: ${output}`, { cause: error });
    }
  }
}

/** Places of packages below `/app`, as the lock of the service says. */
function lockedPlaces(service: string): ReadonlySet<string> {
  // Written by ourselves just now.
  const { packages } = JSON.parse(installFiles(tree, service)['package-lock.json'] ?? '') as {
    packages: Readonly<Record<string, object>>;
  };
  return new Set(Object.keys(packages).filter((place) => place.includes('node_modules/')));
}

const listing = `
  const { existsSync, readdirSync } = require('node:fs');
  const { join } = require('node:path');
  const sources = [], packages = [];
  const walk = (folder) => {
    for (const entry of readdirSync(join('/app', folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === 'node_modules') modules(path);
      else if (entry.isDirectory()) walk(path);
      else sources.push(path);
    }
  };
  const modules = (folder) => {
    for (const name of readdirSync(join('/app', folder)).filter((one) => !one.startsWith('.'))) {
      const inScope = name.startsWith('@') ? readdirSync(join('/app', folder, name)).map((own) => join(name, own)) : [name];
      for (const own of inScope) {
        packages.push(join(folder, own));
        if (existsSync(join('/app', folder, own, 'node_modules')) && !own.startsWith('@ticketaka/')) modules(join(folder, own, 'node_modules'));
      }
    }
  };
  for (const name of readdirSync('/app')) if (name === 'services') walk(name); else if (name === 'node_modules') modules(name);
  const tools = readdirSync('/usr/local/bin').sort();
  console.log(JSON.stringify({ sources: sources.sort(), packages, tools }));`;
