import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { missingOf, type ProgramPackage, servers } from './binaries.ts';

const run = promisify(execFile);

/**
 * Finds MariaDB, Redis and RabbitMQ on this machine, or installs them with apt-get, without starting them: the platform
 * runs its own instances. Asks nothing.
 * @param report takes what is being done, a line each
 * @param containers asked for by `--docker`
 * @throws with the commands to type when it cannot install them by itself
 */
export async function ensureInstalled(report: (line: string) => void, { containers = false } = {}): Promise<void> {
  if (containers)
    throw new Error('--docker is not there yet: leave it out, and the servers run as programs of this machine');
  await ensurePackages(servers, report);
}

/**
 * As {@link ensureInstalled}, for any packages: tests have what they need beside the servers this way.
 * @throws with the commands to type when it cannot install them by itself
 */
export async function ensurePackages(
  packages: readonly ProgramPackage[],
  report: (line: string) => void,
): Promise<void> {
  const missing = missingOf(packages);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  const prefix = await rootPrefix();
  if (!prefix) throw new Error(`${names} not found, and they cannot be installed from here.\n${instructions(missing)}`);

  report(
    `${names} not found: installing with apt-get (${prefix.length > 0 ? 'sudo' : 'as root'}), without starting them`,
  );
  // One at a time: apt-get gives up where another is at work, and who ends first lifts the ban on starting.
  const alone = ['flock', '--close', '/var/lib/dpkg'];
  await runReporting([...prefix, ...alone, 'sh', '-c', installScript(missing)], report);
  const still = missingOf(packages);
  if (still.length > 0) throw new Error(`apt-get ran, yet there is no ${still.map(({ name }) => name).join(', ')}`);
  report(`${names} installed`);
}

/** What to put before a command that needs root: nothing, or sudo; undefined when neither will do. */
async function rootPrefix() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return [];
  const allowed = await run('sudo', ['-n', 'true']).then(
    () => true,
    () => false,
  );
  return allowed ? ['sudo', '-n'] : undefined;
}

/** As a script of its own, so that the ban on starting is lifted again by the same process that set it, however it ends. */
export function installScript(missing: readonly ProgramPackage[]): string {
  const packages = missing.map((server) => server.package).join(' ');
  const units = unitsOf(missing);
  // One by one: not every release has all of them.
  const disable = `for unit in ${units}; do
  if command -v systemctl >/dev/null; then systemctl disable --quiet $unit || true
  else update-rc.d $unit disable || true; fi
done
`;
  return `set -e
export DEBIAN_FRONTEND=noninteractive
# The folder of whoever asks may go before this has ended.
unset TMPDIR
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 130' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
apt-get update
apt-get install -y --no-install-recommends -o APT::Status-Fd=1 ${packages}
${units && disable}`;
}

function unitsOf(packages: readonly ProgramPackage[]) {
  return packages.flatMap(({ units = [] }) => units).join(' ');
}

export function instructions(missing: readonly ProgramPackage[], platform: NodeJS.Platform = process.platform): string {
  const packages = missing.map((server) => server.package).join(' ');
  // Homebrew's names are Debian's without the part that says which of several packages it is.
  if (platform === 'darwin')
    return `Install them with Homebrew:\n  brew install ${packages.replaceAll(/-(server|light)\b/g, '')}`;
  const units = unitsOf(missing);
  return [
    'On Debian or Ubuntu, as a user who may become root:',
    `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages}`,
    ...(units ? [`  sudo systemctl disable --now ${units}    # the platform runs its own instances`] : []),
    `Elsewhere install ${missing.map(({ name }) => name).join(', ')} with your package manager, so that ` +
      `${missing.flatMap(({ programs }) => programs).join(', ')} are found.`,
  ].join('\n');
}

/** Reports the download and every fifth of the installation; all output is kept for the error. */
async function runReporting([command = '', ...args]: readonly string[], report: (line: string) => void) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  let fifths = 0;
  const follow = async (stream: NodeJS.ReadableStream) => {
    for await (const line of createInterface({ input: stream })) {
      // apt-get's own count: `pmstatus:<package>:<percent>:<what>`.
      const [, percent] = /^pmstatus:[^:]*:([\d.]+):/.exec(line) ?? [];
      if (percent !== undefined && Number(percent) >= (fifths + 1) * 20) {
        fifths = Math.floor(Number(percent) / 20);
        report(`installing: ${fifths * 20} %`);
      }
      if (/^(?:pm|dl)status:/.test(line)) continue;
      output.push(line);
      if (/^(?:Need to get|After this operation) /.test(line)) report(line);
    }
  };
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code] = await Promise.all([ended, follow(child.stdout), follow(child.stderr)]);
  if (code !== 0) throw new Error(`apt-get failed (${code}):\n${output.slice(-15).join('\n')}`);
}
