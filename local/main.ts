import { type Command, help, parseCommand, UsageError } from './command-line.ts';

/** `npm start`, `npm run reset`, `npm run keys`, `npm run admin`. */
async function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      process.stdout.write(help);
      return 0;
    case 'start':
      return (await import('./platform/start.ts')).start(command);
    case 'reset':
      return (await import('./platform/reset.ts')).reset(command);
    case 'keys':
      return await keys(command);
    case 'admin':
      return (await import('./platform/admin.ts')).admin(command);
  }
}

async function keys({ action, ...where }: Command & { name: 'keys' }): Promise<number> {
  const { printKeys, pruneNow, rotateKeys } = await import('./keys/index.ts');
  if (action === 'rotate') await rotateKeys({ ...where, report: (line) => console.log(line) });
  else for (const line of await (action === 'status' ? printKeys(where) : pruneNow(where))) console.log(line);
  return 0;
}

try {
  // At once: a start that is called off may have left the package manager at work, which must not keep this alive.
  process.exit(await run(parseCommand(process.argv.slice(2))));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${help}`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
