// Configurations, good and bad, read by the real amtool and Alertmanager and by us: the same verdict on each, and the
// same text printed.

import { spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Parsed, parseConfig } from '../../src/config/parse.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { realProgram, type Server, scratch, startServer } from '../support/process.ts';
import { ruleCases } from './config-cases.ts';
import { allKeyCases } from './config-cases-keys.ts';
import { yamlCases } from './config-cases-yaml.ts';
import type { ConfigCase } from './config-frames.ts';

const PLAIN = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

function parse(text: string, file: string): Parsed {
  return parseConfig(text, { file, tables: settingsTables, mode: 'fallback' });
}

/** What amtool says of each case: nothing when it accepts it, otherwise why not. */
function amtoolVerdicts(cases: readonly ConfigCase[]): (string | undefined)[] {
  const dir = scratch();
  const files = cases.map((_, i) => `${i}.yml`);
  cases.forEach(({ text }, i) => {
    writeFileSync(join(dir, files[i]!), text);
  });
  const verdicts: (string | undefined)[] = [];
  while (verdicts.length < cases.length) {
    // Without --verbose it crashes where it would log a warning about a matcher.
    const args = ['--verbose', 'check-config', ...files.slice(verdicts.length)];
    const { stdout, stderr } = spawnSync(realProgram('AMTOOL_BIN'), args, {
      cwd: dir,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    const reports = stdout.split(/^Checking '\d+\.yml'/m).slice(1);
    for (const report of reports) {
      const verdict = / {2}(SUCCESS|FAILED: [\s\S]*?)\n/.exec(report)?.[1];
      // A crash is no acceptance: it goes on with the file after it.
      verdicts.push(
        verdict === undefined ? `crash: ${stderr.slice(0, 200)}` : verdict === 'SUCCESS' ? undefined : verdict,
      );
    }
    if (reports.length === 0) throw new Error(`amtool said nothing: ${stderr}`);
  }
  return verdicts;
}

describe.each([
  ['every key of every section', allKeyCases, 2500],
  ['every rule', ruleCases, 500],
  ['YAML', yamlCases, 110],
])('verdicts: %s', (_, generate, atLeast) => {
  const cases = [...generate()];
  const verdicts = amtoolVerdicts(cases);

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

describe('the configuration as it is printed', () => {
  let server: Server;
  let file = '';

  beforeAll(async () => {
    const dir = scratch();
    server = await startServer({ kind: 'alertmanager', config: PLAIN, dir });
    file = join(dir, 'alertmanager.yml');
  });

  afterAll(async () => {
    await server.stop();
  });

  /** What Alertmanager prints, or nothing when it cannot run with it (files that are not there). */
  async function printedByAlertmanager(text: string): Promise<string | undefined> {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    const reload = await fetch(`${server.url}/-/reload`, { method: 'POST' });
    await reload.text();
    if (!reload.ok) return undefined;
    const status = (await (await fetch(`${server.url}/api/v2/status`)).json()) as { config: { original: string } };
    return status.config.original;
  }

  async function differences(cases: readonly ConfigCase[]): Promise<{ compared: number; different: string[] }> {
    const different: string[] = [];
    let compared = 0;
    for (const { name, text, printsDifferently } of cases) {
      const ours = parse(text, file).config?.original;
      if (ours === undefined || printsDifferently !== undefined) continue;
      const theirs = await printedByAlertmanager(text);
      if (theirs === undefined) continue;
      compared++;
      if (theirs !== ours) different.push(`${name}\n--- Alertmanager\n${theirs}--- ours\n${ours}`);
    }
    return { compared, different };
  }

  it('is the same byte for byte for every rule and for YAML', async () => {
    const { compared, different } = await differences([...ruleCases(), ...yamlCases()]);
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(300);
  });

  it('is the same byte for byte for every fourth key and value', async () => {
    const { compared, different } = await differences([...allKeyCases()].filter((_, i) => i % 4 === 0));
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(250);
  });
});
