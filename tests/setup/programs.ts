import type { ProgramPackage } from '@ticketaka/local/servers/binaries';
import { ensurePackages } from '@ticketaka/local/servers/install';

/** What tests run beside the servers, by the word after `@needs`. */
export const programs = {
  git: { name: 'git', package: 'git', programs: ['git'] },
  openssl: { name: 'OpenSSL', package: 'openssl', programs: ['openssl'] },
  nginx: { name: 'Nginx', package: 'nginx-light', units: ['nginx'], programs: ['nginx'] },
  keepalived: { name: 'keepalived', package: 'keepalived', units: ['keepalived'], programs: ['keepalived'] },
  curl: { name: 'curl', package: 'curl', programs: ['curl'] },
  faketime: { name: 'libfaketime', package: 'faketime', programs: ['faketime'] },
  promtool: { name: 'Prometheus', package: 'prometheus', units: ['prometheus'], programs: ['promtool'] },
} as const satisfies Readonly<Record<string, ProgramPackage>>;

/**
 * Those that the first comment of a test file asks for.
 * @param needs what jest makes of `@needs git curl`: a text for a line, several for several
 * @throws when it asks for one that is not in the list
 */
export function neededPrograms(needs: string | readonly string[] = []): readonly ProgramPackage[] {
  const names = [needs].flat().flatMap((line) => line.split(/\s+/));
  const known: Readonly<Record<string, ProgramPackage>> = programs;
  return names.filter(Boolean).map((name) => {
    const program = known[name];
    if (!program) throw new Error(`@needs ${name}: known are ${Object.keys(programs).join(', ')}`);
    return program;
  });
}

/** Installs those that are missing, without starting anything. @throws with the commands to type where it cannot */
export async function ensurePrograms(packages: readonly ProgramPackage[]): Promise<void> {
  await ensurePackages(packages, (line) => process.stderr.write(`${line}\n`));
}
