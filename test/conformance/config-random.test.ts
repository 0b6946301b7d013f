// Random whole configurations, read by the real amtool and Alertmanager and by us: the same verdict on each, and the same
// text printed. CONFIG_SEED and CONFIG_RUNS try others.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Parsed, parseConfig } from '../../src/config/parse.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { randomConfig } from './config-random.ts';
import { amtoolVerdicts, type Printer, startPrinter } from './config-verdicts.ts';

const seed = Number(process.env['CONFIG_SEED'] ?? 20_261_121);
const numRuns = Number(process.env['CONFIG_RUNS'] ?? 1500);

const configs = fc.gen().map((gen) => randomConfig({ below: (n) => gen(fc.nat, n - 1) }));
const texts = fc.sample(configs, { seed, numRuns });

function parse(text: string, file = 'am.yml'): Parsed {
  return parseConfig(text, { file, tables: settingsTables, mode: 'fallback', hints: true });
}

/**
 * A password in a URL, a number that is held only nearly, pointers that Go leaves out when they are written and empty, and
 * what Alertmanager adds a slash to where nobody wrote it.
 */
const PRINTED_OTHERWISE =
  /:pw@|18446744073709551615|(?:http_config|smtp_tls_config): *(?:(?:~|null|""|'')? *(?:#.*)?\r?$|[,}])|(?:proxy_url|rocketchat_token(?:_id)?): *(?:""|'')|http_headers: *\{ *\}|(?:opsgenie|victorops|wechat)_api_url: *(?!\S*\/(?:[?#\s]|$))\S/m;

/** Why we may accept what Alertmanager refuses. */
function leniency(text: string, refused: string): string | undefined {
  if (refused.startsWith('crash')) return 'it crashed';
  if (/^[ \t]*\t/m.test(text) && /cannot start any token|violates indentation/.test(refused)) {
    return 'YAML 1.2 allows tabs before comments and brackets';
  }
  if (/[?:]/.test(text) && /did not find expected (?:',' or|node content)/.test(refused)) {
    return 'YAML 1.2 allows question marks and colons inside words in brackets';
  }
  if (refused.includes('thread_by_date')) return 'the documentation says that daily is the default';
  return undefined;
}

/** Why we may refuse what Alertmanager accepts. */
function strictness(problems: Parsed['problems']): string | undefined {
  const [first] = problems.filter(({ severity }) => severity === 'error');
  return first?.message.endsWith('is empty: fill it in, or remove its dash')
    ? 'an empty entry makes Alertmanager fail when it notifies'
    : undefined;
}

describe('random configurations', () => {
  const verdicts = amtoolVerdicts(texts);
  const accepted = texts.filter((_, i) => verdicts[i] === undefined);

  it('are good and bad', () => {
    expect(accepted.length).toBeGreaterThan(texts.length / 6);
    expect(accepted.length).toBeLessThan((texts.length * 4) / 5);
  });

  it('get the verdict of amtool, but where there is a reason', () => {
    let excused = 0;
    const disagreements = texts.flatMap((text, i) => {
      const { config, problems } = parse(text);
      const refused = verdicts[i];
      if ((config !== undefined) === (refused === undefined)) return [];
      if (refused === undefined ? strictness(problems) : leniency(text, refused)) {
        excused++;
        return [];
      }
      return [`${text}\n  amtool: ${refused ?? 'ok'}\n  ours: ${problems.map(describeProblem).join('\n  ') || 'ok'}`];
    });
    expect(disagreements).toEqual([]);
    expect(excused).toBeLessThan(texts.length / 50);
  });

  describe('that are accepted', () => {
    let printer: Printer;

    beforeAll(async () => {
      printer = await startPrinter();
    });

    afterAll(async () => {
      await printer.stop();
    });

    it('are printed alike', async () => {
      const different: string[] = [];
      let compared = 0;
      for (const text of accepted) {
        const ours = parse(text, printer.file).config?.original;
        const theirs = ours === undefined ? undefined : await printer.print(text);
        if (theirs === undefined) continue;
        compared++;
        if (theirs !== ours && !PRINTED_OTHERWISE.test(text))
          different.push(`${text}\n--- Alertmanager\n${theirs}--- ours\n${ours}`);
      }
      expect(different).toEqual([]);
      expect(compared).toBeGreaterThan(accepted.length / 2);
    });
  });
});
