// One configuration for each mistake, and beside it what the operator reads. The files hold both; UPDATE_MISTAKES=1 writes
// the messages anew, and the diff is to be read. In hints.txt, what is no mistake and worth a look, with its kind.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';

const folder = join(import.meta.dirname, 'mistakes');
const update = process.env['UPDATE_MISTAKES'] === '1';

interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly expected: string;
}

/** `=== name`, the configuration, `--->`, the messages. */
function readFixtures(path: string): Fixture[] {
  return readFileSync(path, 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [name = '', ...rest] = part.split('\n');
      const [text = '', expected = ''] = rest.join('\n').split(/^--->\n/m);
      return { name, text, expected: expected.trim() };
    });
}

function messages(text: string, hints: boolean): string {
  const { problems } = parseConfig(text, { file: 'am.yml', tables: settingsTables, mode: 'fallback', hints });
  if (hints && problems.length === 0) return 'nothing';
  return problems
    .map((problem) => {
      const kind = hints && problem.code !== undefined ? ` [${problem.code}]` : '';
      return `${problem.severity}${kind}: ${describeProblem(problem)}`;
    })
    .join('\n');
}

for (const file of readdirSync(folder).sort()) {
  const path = join(folder, file);
  const fixtures = readFixtures(path);
  const hints = file === 'hints.txt';
  describe(file, () => {
    it.each(fixtures)('$name', ({ text, expected }) => {
      if (!update) expect(messages(text, hints)).toBe(expected);
    });
    it('has a name of its own for each mistake, and a message', () => {
      expect(new Set(fixtures.map(({ name }) => name)).size).toBe(fixtures.length);
      expect(fixtures.filter(({ expected }) => !update && expected === '')).toEqual([]);
    });
  });
  if (update) {
    writeFileSync(
      path,
      fixtures.map(({ name, text }) => `=== ${name}\n${text}--->\n${messages(text, hints)}\n\n`).join(''),
    );
  }
}
