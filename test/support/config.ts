// A configuration from YAML, for tests.

import { parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/model/config.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';

/** Throws with every problem when the text is no good configuration. */
export function testConfig(yaml: string): Config {
  const { config, problems } = parseConfig(yaml, { file: 'test.yml', tables: settingsTables, mode: 'fallback' });
  if (config === undefined) throw new Error(problems.map(describeProblem).join('\n'));
  return config;
}
