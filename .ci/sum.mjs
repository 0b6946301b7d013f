// sum.mjs NAME:EXIT:REPORT...: adds up vitest's JSON reports. A part that ended badly without a failed test (a file that
// does not load, a build that breaks, a report that is missing) counts as one failure, so that nothing fails in silence.

import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;

for (const part of process.argv.slice(2)) {
  const [name, exit, ...rest] = part.split(':');
  const counts = count(rest.join(':'));
  const silent = counts.failed === 0 && (Number(exit) !== 0 || counts.passed === 0) ? 1 : 0;
  const remark = silent === 1 ? ` (exit code ${exit}${counts.report ? '' : ', no report'})` : '';
  console.log(`${name}: ${counts.passed} passed, ${counts.failed + silent} failed${remark}`);
  for (const failure of counts.failures) console.log(`  failed: ${failure}`);
  passed += counts.passed;
  failed += counts.failed + silent;
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function count(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { report: false, passed: 0, failed: 0, failures: [] };
  }
  const failures = [];
  for (const suite of report.testResults) {
    const tests = suite.assertionResults.filter((test) => test.status === 'failed');
    for (const test of tests) failures.push(`${suite.name}: ${test.fullName}`);
    // A file that does not load, or a hook that fails, has no failed test of its own.
    if (suite.status === 'failed' && tests.length === 0) failures.push(`${suite.name}: ${firstLine(suite.message)}`);
  }
  return { report: true, passed: report.numPassedTests, failed: failures.length, failures };
}

function firstLine(text) {
  return (text ?? '').split('\n')[0] || 'did not run';
}
