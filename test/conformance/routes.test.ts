// Where alerts go: random trees of routes and random labels, through the real amtool and through ours. The same receivers
// in the same order, and the same trees drawn.

import { describe, expect, it } from 'vitest';
import { runCtl } from '../cli/run.ts';
import { Amtool, inPairs, yamlText } from '../support/amtool.ts';
import { Random } from '../support/random.ts';

const TREES = 60;
const LABEL_SETS = 10;
const SEED = Number(process.env['ROUTES_SEED'] ?? 34);

const NAMES = ['a', 'b', 'team', 'severity', 'größe', 'x y', '1st', 'constructor'];
const CLASSIC = NAMES.filter((name) => /^[a-z]+$/.test(name));
const VALUES = ['1', '2', 'foo', 'bar', 'foobar', 'a b', '', 'é', 'say "x"', '12', 'FOO', 'a,b', 'back\\slash'];
const PATTERNS = [
  ...['.*', '.+', '', 'foo|bar', 'foo', 'f.o', '[0-9]+', '(foo|)', 'foo.*', '.*bar', '(?i)foo', '[^f]*', 'é|a b'],
  ...['^foo$', '1|2|12', '\\d', '(a b|say).*', '|', 'a{0,3}.*', '.{3}'],
];
const amtool = new Amtool();

class Trees {
  readonly #random: Random;
  #receivers = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A configuration file. */
  file(): string {
    this.#receivers = 0;
    const below = this.#routes(1 + this.#random.below(4), 1, '  ');
    const names = Array.from({ length: this.#receivers }, (_, i) => `{name: r${i + 1}}`);
    return `route:\n  receiver: root\n${below}receivers: [{name: root}, ${names.join(', ')}]\n`;
  }

  #routes(count: number, depth: number, indent: string): string {
    if (count === 0) return '';
    const routes = Array.from({ length: count }, () => this.#route(depth, indent));
    return `${indent}routes:\n${routes.join('')}`;
  }

  #route(depth: number, indent: string): string {
    const random = this.#random;
    const inner = `${indent}  `;
    // Without a receiver of its own it has its parent's.
    const lines = random.chance(0.8) ? [`receiver: r${++this.#receivers}`] : ['group_by: [a]'];
    if (random.chance(0.6)) lines.push('continue: true');
    lines.push(...this.#matching());
    const text = lines.map((line, i) => `${i === 0 ? `${indent}- ` : inner}${line}\n`).join('');
    const most = depth < 3 ? 4 : depth < 9 ? 2 : 0;
    return text + this.#routes(random.chance(0.75) ? random.below(most + 1) : 0, depth + 1, inner);
  }

  /** Some have no matchers at all, some all three kinds of them. */
  #matching(): string[] {
    const random = this.#random;
    const lines: string[] = [];
    if (random.chance(0.2)) lines.push(`match: {${random.pick(CLASSIC)}: ${yamlText(random.pick(VALUES))}}`);
    if (random.chance(0.2)) lines.push(`match_re: {${random.pick(CLASSIC)}: ${yamlText(random.pick(PATTERNS))}}`);
    if (random.chance(0.7)) {
      const matchers = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => yamlText(this.#matcher()));
      lines.push(`matchers: [${matchers.join(', ')}]`);
    }
    return lines;
  }

  #matcher(): string {
    const random = this.#random;
    const type = random.pick(['=', '!=', '=~', '=~', '!~']);
    const value = random.pick(type.endsWith('~') ? PATTERNS : VALUES);
    return `${written(random.pick(random.chance(0.6) ? CLASSIC : NAMES))}${type}${JSON.stringify(value)}`;
  }

  labels(): string[] {
    const random = this.#random;
    const names = NAMES.filter(() => random.chance(0.5));
    return names.map((name) => `${written(name)}=${JSON.stringify(random.pick(VALUES))}`);
  }
}

function written(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

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
});
