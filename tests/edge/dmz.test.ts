/** @needs nginx keepalived curl openssl */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edgeFiles } from '@ticketaka/charts/edge/edge-files';
import { tlsFiles } from '@ticketaka/charts/edge/nginx';
import { environments } from '@ticketaka/charts/environments/index';

const run = promisify(execFile);
const files = new Map(edgeFiles(environments.dev).map(({ name, text }) => [name, text]));

let folder: string;

/** Asks a program whether a configuration is right; resolves with what it says. */
async function check(program: string, args: (file: string) => readonly string[], text: string): Promise<string> {
  const file = join(folder, 'checked.conf');
  await writeFile(file, text);
  const { stdout, stderr } = await run(program, [...args(file)], { timeout: 30_000 });
  return `${stdout}${stderr}`;
}

/** Nginx opens what its configuration names: this leads it to what anybody may open, in a folder of its own. */
function inFolder(text: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${join(folder, name)};\n`,
  );
  return text
    .replace('http {\n', `http {\n${temporary.join('')}`)
    .replaceAll(/listen (80|443)\b/g, 'listen 10$1')
    .replaceAll('/var/log/nginx', folder)
    .replaceAll('/run/nginx.pid', join(folder, 'nginx.pid'))
    .replaceAll(tlsFiles.certificate, join(folder, 'tls.crt'))
    .replaceAll(tlsFiles.key, join(folder, 'tls.key'))
    .replaceAll('/etc/ssl/certs/ca-certificates.crt', join(folder, 'tls.crt'));
}

const nginx = (text: string) =>
  check('/usr/sbin/nginx', (file) => ['-t', '-e', 'stderr', '-p', folder, '-c', file], inFolder(text));
/**
 * As whoever runs this: nobody else may become another user for the check of a script, and when root does, keepalived
 * 2.2.7 ends itself by a signal.
 */
const keepalived = (text: string) =>
  check(
    '/usr/sbin/keepalived',
    (file) => ['--config-test', '-f', file],
    text.replace('script_user nobody', `script_user ${userInfo().username}`),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dmz-'));
  await mkdir(join(folder, 'logs'));
  const subject = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=dev.ticketaka.example'];
  await run('openssl', ['req', ...subject, '-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')]);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the proxies before the cluster', () => {
  it.each(['dmz-1/nginx.conf', 'dmz-2/nginx.conf'])('%s is what Nginx takes, without a warning', async (name) => {
    const said = await nginx(files.get(name) ?? '');
    expect(said).toContain('test is successful');
    expect(said).not.toContain('[warn]');
  });

  it('would not be taken with a mistake in it', async () => {
    const broken = (files.get('dmz-1/nginx.conf') ?? '').replace('proxy_ssl_verify on;', 'proxy_ssl_verfy on;');
    await expect(nginx(broken)).rejects.toMatchObject({ stderr: expect.stringContaining('proxy_ssl_verfy') });
  });

  it.each(['dmz-1/keepalived.conf', 'dmz-2/keepalived.conf'])('%s is what keepalived takes', async (name) => {
    // It wants an interface of this machine.
    const own = Object.keys(networkInterfaces()).find((device) => device !== 'lo') ?? 'eth0';
    const text = (files.get(name) ?? '').replace('interface eth0', `interface ${own}`);
    expect(await keepalived(text)).not.toMatch(/Unknown|invalid/i);
  });

  it('would not be taken with a mistake in what the two know each other by', async () => {
    const broken = (files.get('dmz-1/keepalived.conf') ?? '').replace('virtual_router_id 51', 'virtual_router_id 510');
    await expect(keepalived(broken)).rejects.toMatchObject({ stderr: expect.stringContaining('510') });
  });
});
