#!/usr/bin/env node
// node bench/run.mjs --kit DIR [--only tocsin|alertmanager] [options of the kit]
// Starts a benchmark kit's `compare.mjs` (or `bench.mjs` with --only) with the command lines of Tocsin and of the real
// Alertmanager, on the same work, in turns. The kit is a directory of its own; see bench/README.md.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist', 'main.js');

const flags = [
  '--config.file={config}',
  '--storage.path={data}',
  '--web.listen-address=127.0.0.1:{port}',
  '--web.external-url=http://127.0.0.1:{port}/',
  '--cluster.listen-address=',
  '--log.level=warn',
].join(' ');

const words = process.argv.slice(2);
const kit = take('--kit') ?? process.env.BENCH_KIT;
const only = take('--only');
const alertmanager = process.env.ALERTMANAGER_BIN ?? 'alertmanager';

if (kit === undefined || !existsSync(join(kit, 'compare.mjs'))) {
  stop(`usage: node bench/run.mjs --kit DIR [--only tocsin|alertmanager] [options of the kit]
DIR (or BENCH_KIT) holds the kit: compare.mjs and bench.mjs. ALERTMANAGER_BIN names the real Alertmanager.`);
}
if (only !== 'alertmanager' && !existsSync(main)) stop(`${main} is missing: npm run build`);

const commands = {
  alertmanager: `${quote(resolveProgram(alertmanager))} ${flags}`,
  tocsin: `${quote(process.execPath)} ${quote(main)} ${flags}`,
};

if (only !== undefined && !Object.hasOwn(commands, only)) stop(`--only ${only}: tocsin or alertmanager`);
const args =
  only === undefined
    ? [
        'compare.mjs',
        '--a',
        commands.alertmanager,
        '--a-label',
        'alertmanager',
        '--b',
        commands.tocsin,
        '--b-label',
        'tocsin',
      ]
    : ['bench.mjs', '--target', commands[only], '--label', only];

const child = spawn(process.execPath, [join(resolve(kit), args[0]), ...args.slice(1), ...words], { stdio: 'inherit' });
child.once('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});

/** Takes `--name value` or `--name=value` out of the words. */
function take(name) {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const [word] = words.splice(at, 1);
  return word === name ? words.splice(at, 1)[0] : word.slice(name.length + 1);
}

function resolveProgram(name) {
  return name.includes('/') ? resolve(name) : name;
}

/** For a shell. */
function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
