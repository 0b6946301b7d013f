// Makes a clone ready to run: dependencies when they are missing or older than the lockfile, dist/ when it is missing or
// does not stem from these sources. Plain Node, because there is nothing else yet.
//
//   node scripts/setup.mjs [--rebuild]

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Throws an error for the operator when something cannot be had. */
export function setup({ rebuild = false } = {}) {
  checkNode();
  if (modulesAreStale()) install();
  const sources = sourcesDigest();
  if (rebuild || builtFrom() !== sources) build(sources);
}

/** Runs a program of a dependency with Node, in the project's folder, and answers with its exit code. */
export function runTool(packageName, args, options = {}) {
  const folder = join(ROOT, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entry = typeof bin === 'string' ? bin : Object.values(bin)[0];
  return run(process.execPath, [join(folder, entry), ...args], options);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Node ${process.versions.node} is too old: 20.19 or later is needed`);
}

/** npm writes its own copy of the lockfile last, so its age is that of a complete installation. */
function modulesAreStale() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(ROOT, 'package-lock.json')).mtimeMs;
}

function install() {
  say('Installing dependencies');
  // npm names itself when it is what started this; a shim of another name would need a shell on Windows.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  const code =
    npm !== undefined && /npm-cli\.[cm]?js$/.test(npm)
      ? run(process.execPath, [npm, ...args])
      : run('npm', args, { shell: process.platform === 'win32' });
  if (code !== 0) throw new Error('npm ci failed; is there a C++ compiler, and the network?');
}

function builtFrom() {
  const stamp = join(ROOT, 'dist', '.sources');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
}

/** Of everything that the output depends on: names and contents, since a checkout sets times as it likes. */
function sourcesDigest() {
  const hash = createHash('sha256');
  const files = readdirSync(join(ROOT, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
    .sort();
  for (const name of [...files, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(ROOT, name)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Builds beside dist/ and then swaps the two, so that nobody who starts meanwhile finds half of it. */
function build(sources) {
  say('Building');
  const dist = join(ROOT, 'dist');
  const fresh = join(ROOT, `.dist-${process.pid}`);
  try {
    const code = runTool('typescript', ['-p', 'tsconfig.build.json', '--outDir', fresh]);
    if (code !== 0) throw new Error('the sources do not compile');
    // Links to these two, and aliases, are to work after each build.
    for (const program of ['main.js', 'ctl.js']) chmodSync(join(fresh, program), 0o755);
    writeFileSync(join(fresh, '.sources'), sources);
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Waits for it; its output is ours. Answers with the exit code, 1 when it could not start or was killed. */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** Standard error, because standard output belongs to what is started next. */
function say(text) {
  console.error(`== ${text}`);
}

/** Runs `main` when the module is the program, and ends with 1 and a sentence when it throws. */
export function program(url, main) {
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== fileURLToPath(url)) return;
  Promise.resolve()
    .then(main)
    .catch((error) => {
      console.error(`error: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    });
}

program(import.meta.url, () => setup({ rebuild: process.argv.includes('--rebuild') }));
