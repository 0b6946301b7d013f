// Matchers as the real amtool reads them: the same texts accepted and refused, in the same words, with the same names and
// values, and the same texts matched.

import { describe, expect, it } from 'vitest';
import { quote, unquote } from '../../src/model/gostring.ts';
import { MatcherError, matchersToString, newMatcher, sortMatchers } from '../../src/model/matcher.ts';
import { type MatcherMode, type ParsedMatchers, parseMatchers } from '../../src/model/matcher-parse.ts';
import { Amtool, inPairs, yamlText } from '../support/amtool.ts';
import { readLines } from '../support/jsonl.ts';
import { Random } from '../support/random.ts';

const amtool = new Amtool();

const MODES: readonly [MatcherMode, readonly string[]][] = [
  ['fallback', []],
  ['utf8', ['--enable-feature=utf8-strict-mode']],
  ['classic', ['--enable-feature=classic-mode']],
];

const known = readLines<[string, ...string[]]>(new URL('../model/matcher-syntax.jsonl', import.meta.url)).map(
  ([text]) => text,
);

const PIECES = [
  ...['foo', 'a', 'bar_1', '"b"', '"x y"', '"a,b"', 'é', '"日本"', '1', '_', ':', '-', '.', '/'],
  ...['=', '!=', '=~', '!~', ',', '{', '}', '"', '\\', '\\"', '\\n', '\\\\', '\\x41', '\\u00e9', '\\d', "'", '`'],
  ...[' ', '\t', '\u00a0', '(', '(a|b)', '.*', '[a-z]+', '|', 'foo="bar"', 'foo=bar', 'foo=~"x.*"', ',a!="b"'],
];

function invented(count: number): string[] {
  const random = new Random(20_26);
  const texts = Array.from({ length: count }, () => {
    const pair = () => random.pick(['a', '"b c"', 'é']) + random.pick(['=', '!=', '=~', '!~']) + random.pick(PIECES);
    const parts = Array.from({ length: 1 + random.below(6) }, () =>
      random.chance(0.3) ? pair() : random.pick(PIECES),
    );
    return random.chance(0.2) ? `{${parts.join('')}}` : parts.join('');
  });
  return [...new Set(texts)];
}

function read(text: string, mode: MatcherMode): ParsedMatchers | string {
  try {
    return parseMatchers(text, mode);
  } catch (error) {
    if (error instanceof MatcherError) return error.message;
    throw error;
  }
}

function config(texts: readonly string[]): string {
  const routes = texts.map((text) => `  - matchers: [${yamlText(text)}]\n`).join('');
  return `route:\n  receiver: x\n  routes:\n${routes}receivers: [{name: x}]\n`;
}

describe.each(MODES)('in the mode %s', (mode, flags) => {
  const texts = [...known, ...invented(200)];
  const verdicts = texts.map((text) => [text, read(text, mode)] as const);
  const accepted = verdicts.filter((one): one is readonly [string, ParsedMatchers] => typeof one[1] !== 'string');
  const refused = verdicts.filter((one): one is readonly [string, string] => typeof one[1] === 'string');

  it('what is accepted is read alike', async () => {
    const path = amtool.file(config(accepted.map(([text]) => text)));
    const { out } = await amtool.run([...flags, 'config', 'routes', 'show', `--config.file=${path}`]);
    const shown = out.split('\n').flatMap((line) => /^ {4}[├└]── (.*) {2}receiver: x$/.exec(line)?.[1] ?? []);
    const expected = accepted.map(([, { matchers }]) =>
      matchers.length === 0 ? 'default-route' : matchersToString(sortMatchers(matchers)),
    );
    expect(shown).toEqual(expected);
  });

  it('what is refused is refused in the same words', async () => {
    expect(refused.length).toBeGreaterThan(100);
    const messages = await inPairs(refused, ([text]) => amtool.refusal(config([text]), flags));
    expect(refused.map(([text], i) => [text, messages[i]])).toEqual(refused.map(([text, message]) => [text, message]));
  });

  it('what is warned of is the same', async () => {
    const path = amtool.file(config(accepted.map(([text]) => text)));
    const { out } = await amtool.run([...flags, 'check-config', path]);
    const warned = [
      ...out.matchAll(
        / msg="(Matchers input has disagreement|Alertmanager is moving.*?)" input=("(?:\\.|[^"\\])*"|\S+)/g,
      ),
    ]
      .map(([, message, input]) => [
        message!.startsWith('Matchers') ? 'disagreement' : 'incompatible',
        input!.startsWith('"') ? unquote(input!) : input,
      ])
      // No matchers at all disagree with no matchers, there; it makes no difference.
      .filter(([kind, input]) => kind === 'incompatible' || parseMatchers(input!, mode).matchers.length > 0);
    const expected = accepted.flatMap(([text, { warning }]) => (warning === undefined ? [] : [[warning.kind, text]]));
    expect(warned).toEqual(expected);
  });
});

describe('regular expressions', () => {
  const rows = readLines<[string, string[], string[]]>(new URL('../model/regex-matches.jsonl', import.meta.url));
  const sources = rows.map(([source]) => source);
  const texts = [...new Set(rows.flatMap(([, yes, no]) => [...yes, ...no]))];

  it('match the same texts', async () => {
    const routes = sources.map(
      (source, i) => `  - {matchers: [${yamlText(`v=~${quote(source)}`)}], receiver: r${i}, continue: true}\n`,
    );
    const receivers = sources.map((_, i) => `- name: r${i}\n`);
    const path = amtool.file(
      `route:\n  receiver: none\n  routes:\n${routes.join('')}receivers:\n- name: none\n${receivers.join('')}`,
    );
    const matchers = sources.map((source) => newMatcher('v', '=~', source));
    const picked = await inPairs(texts, async (text) => {
      const argv = ['config', 'routes', 'test', `--config.file=${path}`, `v=${quote(text)}`];
      const { out } = await amtool.run(['--enable-feature=utf8-strict-mode', ...argv]);
      return out.trim().split('\n').at(-1);
    });
    for (const [i, text] of texts.entries()) {
      const own = matchers.flatMap((matcher, r) => (matcher.matches(text) ? [`r${r}`] : []));
      expect(picked[i], quote(text)).toBe(own.length === 0 ? 'none' : own.join(','));
    }
  });

  it('are refused in the same words', async () => {
    const bad = readLines<[string, string | null]>(new URL('../model/regex-refused.jsonl', import.meta.url));
    const messages = await inPairs(bad, ([source]) =>
      amtool.refusal(`route: {receiver: x, routes: [{match_re: {a: ${yamlText(source)}}}]}\nreceivers: [{name: x}]\n`),
    );
    expect(bad.map(([source], i) => [source, messages[i] ?? null])).toEqual(bad);
  });
});
