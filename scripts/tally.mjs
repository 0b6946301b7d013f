// A reporter for vitest that counts: how many tests passed and failed, into the file named by TALLY_FILE. The other
// reporters' output is for people, and is not to be parsed.

import { writeFileSync } from 'node:fs';

export default class Tally {
  onTestRunEnd(modules) {
    let passed = 0;
    let failed = 0;
    for (const module of modules) {
      let own = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') own++;
      }
      // A file that fails as a whole has no failed test.
      failed += own > 0 || module.state() !== 'failed' ? own : 1;
    }
    const file = process.env.TALLY_FILE;
    if (file) writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}
