// Where alerts go: random trees of routes and random labels, through the real amtool and through ours. The same receivers
// in the same order, and the same trees drawn.

import { describe, expect, it } from 'vitest';
import { Trees } from '../cli/route-trees.ts';
import { runCtl } from '../cli/run.ts';
import { Amtool, inPairs } from '../support/amtool.ts';
import { Random } from '../support/random.ts';

const TREES = 60;
const LABEL_SETS = 10;
const SEED = Number(process.env['ROUTES_SEED'] ?? 34);

const amtool = new Amtool();

async function ours(argv: readonly string[]): Promise<{ code: number; out: string }> {
  const { code, out } = await runCtl(argv);
  return { code, out };
}

async function theirs(argv: readonly string[]): Promise<{ code: number; out: string }> {
  const { code, out } = await amtool.run(argv);
  return { code, out };
}

const trees = new Trees(new Random(SEED));
const files = Array.from({ length: TREES }, () => trees.file());
const questions = files.flatMap((text) => {
  const file = `--config.file=${amtool.file(text)}`;
  const tests = Array.from({ length: LABEL_SETS }, () => [
    'config',
    'routes',
    'test',
    file,
    '--tree',
    ...trees.labels(),
  ]);
  return [['config', 'routes', 'show', file], ...tests];
});

describe('routes', () => {
  it('are drawn and taken as by amtool', async () => {
    const answers = await inPairs(questions, async (argv) => {
      const [theirsOne, oursOne] = await Promise.all([theirs(argv), ours(argv)]);
      return { argv: argv.slice(2), theirs: theirsOne, ours: oursOne };
    });
    expect(answers.filter(({ theirs: a, ours: b }) => a.code !== b.code || a.out !== b.out)).toEqual([]);
    const taken = answers
      .filter(({ argv }) => argv[0] === 'test')
      .map(({ ours: { out } }) => out.trimEnd().split('\n'));
    const receivers = taken.map((lines) => lines[lines.length - 1]!);
    expect(taken).toHaveLength(TREES * LABEL_SETS);
    // The questions are worth asking: not all go to the root, and many go to several receivers.
    expect(receivers.filter((names) => names !== 'root').length).toBeGreaterThan(taken.length / 2);
    expect(receivers.filter((names) => names.includes(',')).length).toBeGreaterThan(taken.length / 8);
    expect(Math.max(...taken.map((lines) => Math.max(...lines.map((line) => line.search(/[├└]/)))))).toBeGreaterThan(
      16,
    );
  });

  it('are taken by amtool as before once they are converted', async () => {
    const random = new Trees(new Random(SEED + 1));
    const asked = Array.from({ length: 30 }, () => ({
      text: random.file(),
      labels: [random.labels(), random.labels()],
    }));
    const answers = await inPairs(asked, async ({ text, labels }) => {
      const before = amtool.file(text);
      const converted = await ours(['config', 'convert', before]);
      const after = amtool.file(converted.out);
      const test = async (file: string): Promise<unknown> => {
        const lines = labels.map((some) => theirs(['config', 'routes', 'test', `--config.file=${file}`, ...some]));
        return Promise.all(lines);
      };
      return { converted, before: await test(before), after: await test(after) };
    });
    expect(answers.filter(({ converted }) => converted.code !== 0 || /\bmatch(_re)?:/.test(converted.out))).toEqual([]);
    for (const { before, after } of answers) expect(after).toEqual(before);
  });
});
