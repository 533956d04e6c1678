import { spawn } from 'node:child_process';

/**
 * Reads which process groups to watch, and kills them when its input closes: that is when the supervisor has died
 * without stopping them, however it died. A shell, since it must be small, and start before anything else does.
 */
const script = `
groups=' '
while read -r verb group; do
  case $verb in
    watch) groups="$groups$group " ;;
    forget) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
`;

export interface Guard {
  readonly pid: number | undefined;
  watch(group: number): void;
  forget(group: number): void;
  /** Lets go: what is still watched is killed. */
  close(): void;
}

/** Starts the guard. It has a session of its own, so that a Ctrl-C of the terminal does not reach it. */
export function startGuard(): Guard {
  const guard = spawn('/bin/sh', ['-c', script, 'ticketaka-guard'], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a guard a crash leaves processes behind, which the next start finds and kills: no reason to stop now.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return {
    pid: guard.pid,
    watch: (group) => void guard.stdin.write(`watch ${group}\n`),
    forget: (group) => void guard.stdin.write(`forget ${group}\n`),
    close: () => void guard.stdin.end(),
  };
}
