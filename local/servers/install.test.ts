import { describe, expect, it } from '@jest/globals';
import { servers } from './binaries.ts';
import { ensureInstalled, installScript, instructions } from './install.ts';

describe('the installation of missing servers', () => {
  it('does and says nothing when they are all there', async () => {
    const said: string[] = [];
    await ensureInstalled((line) => said.push(line));
    expect(said).toEqual([]);
  });

  it('touches no server that the machine has already', () => {
    const script = installScript(servers.filter(({ name }) => name === 'Redis'));
    expect(script).toContain('install -y --no-install-recommends -o APT::Status-Fd=1 redis-server\n');
    expect(script).toContain('for unit in redis-server; do\n');
    expect(script).not.toMatch(/mariadb|rabbitmq/);
  });

  it('forbids the packages to start what they install, unless the machine has a rule of its own', () => {
    const script = installScript(servers);
    expect(script.indexOf('exit 101')).toBeLessThan(script.indexOf('apt-get'));
    expect(script).toContain('if [ ! -e /usr/sbin/policy-rc.d ]');
    expect(script).toContain("trap 'rm -f /usr/sbin/policy-rc.d' EXIT");
  });

  it('names the commands to type where it cannot do it itself', () => {
    expect(instructions(servers, 'linux')).toContain(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends mariadb-server redis-server rabbitmq-server',
    );
    expect(instructions(servers, 'darwin')).toContain('brew install mariadb redis rabbitmq');
  });
});
