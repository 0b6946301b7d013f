// Configurations, good and bad, read by the real amtool and Alertmanager and by us: the same verdict on each, and the
// same text printed.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Parsed, parseConfig } from '../../src/config/parse.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { ruleCases } from './config-cases.ts';
import { allKeyCases } from './config-cases-keys.ts';
import { shapeCases } from './config-cases-shapes.ts';
import { yamlCases } from './config-cases-yaml.ts';
import type { ConfigCase } from './config-frames.ts';
import { amtoolVerdicts, type Printer, startPrinter } from './config-verdicts.ts';

function parse(text: string, file: string): Parsed {
  return parseConfig(text, { file, tables: settingsTables, mode: 'fallback' });
}

describe.each([
  ['every key of every section', allKeyCases, 2500],
  ['every rule', ruleCases, 500],
  ['YAML', yamlCases, 110],
])('verdicts: %s', (_, generate, atLeast) => {
  const cases = [...generate()];
  const verdicts = amtoolVerdicts(cases.map(({ text }) => text));

  it(`tries at least ${atLeast} configurations, and both verdicts occur`, () => {
    expect(cases.length).toBeGreaterThanOrEqual(atLeast);
    const accepted = verdicts.filter((verdict) => verdict === undefined).length;
    expect(accepted).toBeGreaterThan(cases.length / 4);
    expect(accepted).toBeLessThan((cases.length * 3) / 4);
  });

  it('agrees with amtool, but where it says why not', () => {
    const disagreements = cases.flatMap(({ name, text, ours }, i) => {
      const { config, problems } = parse(text, `${i}.yml`);
      const accepted = verdicts[i] === undefined;
      const expected = ours === undefined ? accepted : ours.verdict === 'accepted';
      if (ours !== undefined && expected === accepted) return [`${name}: amtool agrees by now; ${ours.because}?`];
      if ((config !== undefined) === expected) return [];
      return [
        `${name}\n  amtool: ${verdicts[i] ?? 'ok'}\n  ours: ${problems.map(describeProblem).join('\n  ') || 'ok'}`,
      ];
    });
    expect(disagreements).toEqual([]);
  });
});

it('accepts what is seen in the field, as amtool does', () => {
  const cases = [...shapeCases()];
  expect(amtoolVerdicts(cases.map(({ text }) => text))).toEqual(cases.map(() => undefined));
  expect(cases.filter(({ text }) => parse(text, 'am.yml').config === undefined)).toEqual([]);
});

describe('the configuration as it is printed', () => {
  let printer: Printer;

  beforeAll(async () => {
    printer = await startPrinter();
  });

  afterAll(async () => {
    await printer.stop();
  });

  async function differences(cases: readonly ConfigCase[]): Promise<{ compared: number; different: string[] }> {
    const different: string[] = [];
    let compared = 0;
    for (const { name, text, printsDifferently } of cases) {
      const ours = parse(text, printer.file).config?.original;
      if (ours === undefined || printsDifferently !== undefined) continue;
      const theirs = await printer.print(text);
      if (theirs === undefined) continue;
      compared++;
      if (theirs !== ours) different.push(`${name}\n--- Alertmanager\n${theirs}--- ours\n${ours}`);
    }
    return { compared, different };
  }

  it('is the same byte for byte for every rule and for YAML', async () => {
    const { compared, different } = await differences([...ruleCases(), ...yamlCases(), ...shapeCases()]);
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(300);
  });

  it('is the same byte for byte for every fourth key and value', async () => {
    const { compared, different } = await differences([...allKeyCases()].filter((_, i) => i % 4 === 0));
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(250);
  });
});
