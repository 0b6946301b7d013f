import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testConfig } from './support/config.ts';
import { formatScenario, parseScenario, runScenario } from './support/scenario.ts';

const folder = new URL('scenarios/', import.meta.url);

/** `UPDATE_SCENARIOS=1 npx vitest run test/scenarios.test.ts` writes the transcripts anew; then read the diff. */
const update = process.env['UPDATE_SCENARIOS'] === '1';

describe('scenarios in virtual time', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

  it('are there', () => {
    expect(names.length).toBeGreaterThanOrEqual(40);
  });

  for (const name of names) {
    it(name, () => {
      const file = new URL(name, folder);
      const scenario = parseScenario(readFileSync(file, 'utf8'));
      const transcript = runScenario(scenario, testConfig);
      if (update) writeFileSync(file, formatScenario(scenario, transcript));
      else expect(transcript).toBe(scenario.expected);
    });
  }
});
