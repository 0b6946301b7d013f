// Completes package-lock.json: a registry that mirrors some platforms only makes npm leave the others out, and npm ci
// then refuses the lockfile everywhere. Adds each package that is named as an optional dependency and is missing. Run it
// after `npm install`; a test says when that was forgotten.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, ROOT } from './setup.mjs';

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

program(import.meta.url, () => {
  const file = join(ROOT, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = [];
  for (const parent of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (path in lock.packages) continue;
      lock.packages[path] = entry(name, version, parent);
      added.push(name);
    }
  }
  const { '': root, ...rest } = lock.packages;
  lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length === 0 ? 'nothing is missing' : `added ${added.join(', ')}`);
});

/** The names of such packages say for which machines they are. */
function entry(name, version, parent) {
  const words = name.split('/').at(-1).split('-');
  const pick = (all) => all.filter((word) => words.includes(word)).slice(0, 1);
  const os = pick(OS);
  const cpu = pick(CPU);
  if (os.length === 0 || cpu.length === 0) throw new Error(`${name} does not say its platform: add it by hand`);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  return {
    version,
    cpu,
    ...(parent.dev ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc }),
    license: parent.license,
    optional: true,
    os,
    ...(parent.engines === undefined ? {} : { engines: parent.engines }),
  };
}
