/**
 * `node local/bootstrap.js <script.ts> [arguments]`: runs a script of this repository on the Node that package.json
 * names, after installing the npm packages if they are missing or out of date. It is itself run by whatever Node
 * (18 or later) the machine has, and imports nothing that would have to be installed. The script's path is relative
 * to the root of the repository. What it has to say goes to standard error.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => path.join(root, ...parts);
const executable = process.platform === 'win32' ? 'node.exe' : 'node';
const installedNode = at('node_modules', 'node', 'bin', executable);
const stampFile = at('node_modules', '.ticketaka-install');
const lockFile = at('.local', 'install.lock');
/** A lock whose owner has not touched it for this long is abandoned. */
const abandonedMs = 30_000;

const say = (text) => process.stderr.write(`${text}\n`);
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** What an installation answers to: the exact packages, on this kind of machine. */
function fingerprint() {
  const hash = createHash('sha256')
    .update(fs.readFileSync(at('package-lock.json')))
    .digest('hex');
  return `${hash} ${process.platform}-${process.arch}\n`;
}

function isInstalled() {
  if (!fs.existsSync(installedNode)) return false;
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === fingerprint()) return true;
  if (!agreesWithLock()) return false;
  fs.writeFileSync(stampFile, fingerprint());
  return true;
}

/** Whether the packages are those of package-lock.json already, installed by hand (`npm install`, `npm ci`). */
function agreesWithLock() {
  const hidden = at('node_modules', '.package-lock.json');
  // npm writes this record last, so an installation that was cut off has none.
  if (!fs.existsSync(hidden)) return false;
  const installed = readJson(hidden).packages;
  return Object.entries(readJson(at('package-lock.json')).packages).every(([where, wanted]) => {
    if (where === '') return true;
    const found = installed[where];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

/** Runs to the end without a word; on failure shows everything that it printed. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new Error(`npm ${args.slice(1).join(' ')} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** The JavaScript file of the npm that runs this, or of the one on PATH, so that any Node can run it. */
function findNpm() {
  const running = process.env.npm_execpath;
  if (running && path.basename(running) === 'npm-cli.js' && fs.existsSync(running)) return running;
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const besides = [path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js')];
    const command = path.join(folder, 'npm');
    if (fs.existsSync(command)) besides.unshift(fs.realpathSync(command));
    const found = besides.find((file) => path.basename(file) === 'npm-cli.js' && fs.existsSync(file));
    if (found) return found;
  }
  throw new Error('npm is not on PATH. Install Node.js with npm (https://nodejs.org) and try again.');
}

/** Runs npm on the given Node, which its scripts find on PATH too. */
function npm(node, args, cwd) {
  const env = {
    ...process.env,
    PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
    // npm's own would stay behind among the machine's temporary files.
    NODE_DISABLE_COMPILE_CACHE: '1',
  };
  return run(node, [findNpm(), ...args], { cwd, env });
}

/** A Node that satisfies the engines of the packages, some of which refuse an older one. */
async function installerNode(version) {
  if (Number(process.versions.node.split('.')[0]) >= Number(version.split('.')[0])) return process.execPath;

  const home = at('.local', 'toolchain', version);
  const node = path.join(home, 'node_modules', 'node', 'bin', executable);
  if (fs.existsSync(path.join(home, 'complete'))) return node;
  fs.rmSync(home, { recursive: true, force: true });
  fs.mkdirSync(home, { recursive: true });
  const description = { private: true, dependencies: { node: version }, allowScripts: { node: true } };
  fs.writeFileSync(path.join(home, 'package.json'), JSON.stringify(description));
  const since = Date.now();
  say(`Node ${version} is needed, this is ${process.versions.node}: getting it from npm into .local/toolchain`);
  await npm(process.execPath, ['install', '--no-package-lock', '--no-audit', '--no-fund'], home);
  if (!fs.existsSync(node)) throw scriptsSkipped();
  fs.writeFileSync(path.join(home, 'complete'), '');
  say(`Node ${version} is there (${seconds(since)})`);
  return node;
}

const scriptsSkipped = () =>
  new Error(
    'The npm package `node` has no binary: its install script did not run. Is ignore-scripts set (npm config get ignore-scripts)?',
  );

async function install() {
  const { version } = readJson(at('package-lock.json')).packages['node_modules/node'];
  const node = await installerNode(version);
  const since = Date.now();
  say('Installing the npm packages');
  // Not `npm ci`: it refuses a lock file that was written where some package for another operating system could not be
  // had, and it takes away the packages that a running platform stands on. What came is compared with the lock instead.
  await npm(node, ['install', '--no-save', '--no-audit', '--no-fund'], root);
  if (!fs.existsSync(installedNode)) throw scriptsSkipped();
  if (!agreesWithLock())
    throw new Error('npm installed other versions than package-lock.json names: run `npm install`.');
  fs.writeFileSync(stampFile, fingerprint());
  say(`The npm packages are there (${seconds(since)})`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock, or says who has it. One that its owner left behind is taken away. */
function tryLock() {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    const owner = Number(fs.readFileSync(lockFile, 'utf8'));
    const silentMs = Date.now() - fs.statSync(lockFile).mtimeMs;
    // An empty file is one that its owner is about to write.
    if (silentMs > abandonedMs || (owner > 0 && !isAlive(owner))) fs.rmSync(lockFile, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return false;
}

async function ensureInstalled() {
  if (isInstalled()) return;
  fs.mkdirSync(path.dirname(lockFile), { recursive: true });
  let waiting = false;
  while (!tryLock()) {
    if (!waiting) say('Another command is installing the npm packages: waiting for it');
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const heartbeat = setInterval(() => fs.utimesSync(lockFile, new Date(), new Date()), abandonedMs / 6);
  try {
    if (!isInstalled()) await install();
  } finally {
    clearInterval(heartbeat);
    fs.rmSync(lockFile, { force: true });
  }
}

function runScript(script, args) {
  const env = {
    ...process.env,
    PATH: [at('node_modules', '.bin'), process.env.PATH].join(path.delimiter),
    // Every process below finds the sources already stripped and compiled: half the time to start, a fifth less memory.
    NODE_COMPILE_CACHE: at('node_modules', '.cache', 'compile'),
  };
  // The channel carries no message: the script sees it close when this process is killed without a chance to tell.
  const child = spawn(installedNode, [at(script), ...args], { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`${installedNode}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  say('usage: node local/bootstrap.js <script.ts> [arguments]');
  process.exit(2);
}
try {
  await ensureInstalled();
} catch (error) {
  say(error.message);
  process.exit(1);
}
runScript(script, args);
