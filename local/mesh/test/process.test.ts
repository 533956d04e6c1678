import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ask } from './harness.ts';
import { createSigner, platform } from './manifests.ts';

const main = join(import.meta.dirname, '..', 'main.ts');
const endpoints = JSON.stringify({
  gateway: { port: 0 },
  workloads: { 'auth-api': { addresses: [], outboundPort: 0 }, 'members-api': { addresses: [], outboundPort: 0 } },
});

describe('the process', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  const start = async (manifests: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'mesh-'));
    folders.push(folder);
    await writeFile(join(folder, 'local.yaml'), manifests);
    await writeFile(join(folder, 'endpoints.json'), endpoints);
    const child = spawn(process.execPath, [
      main,
      '--manifests',
      folder,
      '--endpoints',
      join(folder, 'endpoints.json'),
      '--admin-port',
      '0',
    ]);
    return { child, folder };
  };

  it('says what it loaded, reloads when the keys change, and stops when it is told to', async () => {
    const [first, second] = [await createSigner('first'), await createSigner('second')];
    const { child, folder } = await start(platform(first.jwks));
    let admin = 0;
    const reloaded = Promise.withResolvers<void>();
    const ready = Promise.withResolvers<void>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { message: string; admin: number; generation: number };
      if (entry.message === 'mesh is ready') {
        admin = entry.admin;
        ready.resolve();
      }
      if (entry.generation === 2) reloaded.resolve();
    });
    await ready.promise;
    expect((await ask(admin, '/readyz')).status).toBe(200);
    expect(JSON.parse((await ask(admin, '/config')).body)).toMatchObject({ generation: 1, keyIds: ['first'] });

    await writeFile(join(folder, 'local.yaml'), platform(second.jwks));
    await reloaded.promise;
    expect(JSON.parse((await ask(admin, '/config')).body)).toMatchObject({
      generation: 2,
      keyIds: ['second'],
      lastError: null,
    });

    await writeFile(join(folder, 'local.yaml'), 'kind: nothing');
    expect((await ask(admin, '/reload', { method: 'POST' })).status).toBe(409);

    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('does not start with a field that it cannot do, and names it', async () => {
    const { jwks } = await createSigner();
    const { child } = await start(
      platform(jwks).replace('forwardOriginalToken: true', 'outputPayloadToHeader: x-jwt-payload'),
    );
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(errors).toContain(
      'local.yaml: RequestAuthentication istio-ingress/tokens: spec.jwtRules[0].outputPayloadToHeader is not supported',
    );
    expect(code).toBe(1);
  });
});
