// `npm test -- [vitest's arguments]`: makes ready what is missing, checks types, style and promises, runs the tests, and
// ends with one line, `N passed, N failed`. All of it runs whatever fails; the exit code is 0 when nothing did.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool, setup } from './setup.mjs';

const CHECKS = [
  ['types', 'typescript', ['-p', 'tsconfig.json', '--noEmit']],
  ['style', '@biomejs/biome', ['check', '.']],
  ['promises', 'oxlint', ['--type-aware', '--deny-warnings', 'src', 'test']],
];

let passed = 0;
let failed = 0;
const count = (name, ok) => {
  if (ok) passed++;
  else failed++;
  console.log(`${ok ? 'ok' : 'FAILED'}: ${name}`);
};

try {
  setup();
  count('build', true);
} catch (error) {
  console.error(`error: ${error.message}`);
  count('build', false);
}

if (failed === 0) {
  for (const [name, tool, args] of CHECKS) count(name, runTool(tool, args) === 0);
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  try {
    const file = join(folder, 'tally.json');
    const asked = process.argv.slice(2);
    const reporters = ['--reporter=./scripts/tally.mjs'];
    if (!asked.some((word) => word.startsWith('--reporter'))) reporters.unshift('--reporter=default');
    const code = runTool('vitest', ['run', '--project', 'unit', ...reporters, ...asked], {
      env: { ...process.env, TALLY_FILE: file },
    });
    const tally = readTally(file);
    passed += tally.passed;
    failed += tally.failed;
    // A file that cannot be loaded, an error outside of any test or no test at all.
    if (code !== 0 && tally.failed === 0) count('the test run', false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0 };
  }
}
