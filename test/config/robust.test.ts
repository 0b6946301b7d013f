// Whatever is in a file: an answer, soon, and never an exception.

import { describe, expect, it } from 'vitest';
import { type Parsed, parseConfig } from '../../src/config/parse.ts';
import { buildRoutes, matchRoutes } from '../../src/engine/route.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { ruleCases } from '../conformance/config-cases.ts';
import { Random } from '../support/random.ts';

function parse(input: string | Uint8Array): Parsed {
  return parseConfig(input, { file: 'am.yml', tables: settingsTables, mode: 'fallback' });
}

/** Either a configuration or an error, and every problem at a place that the text has. */
function expectSound(text: string): Parsed {
  const parsed = parse(text);
  const errors = parsed.problems.filter((problem) => problem.severity === 'error');
  expect(parsed.config === undefined).toBe(errors.length > 0);
  const lines = text.split(/\r\n|\r|\n/);
  for (const { line, column, message } of parsed.problems) {
    if (line === 0) continue;
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThan(0);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(message.length).toBeLessThan(700);
  }
  return parsed;
}

describe('random damage', () => {
  const bases = [...ruleCases()].map(({ text }) => text);
  const pieces = [
    '',
    '\n',
    '  ',
    '\t',
    ': ',
    '- ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '&a ',
    '*a',
    '!!int ',
    '<<: ',
    '|',
    '#',
    '~',
    '\0',
    'é',
    '🔥',
    '\ufeff',
    '%',
    '---\n',
  ];

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('from seed %i is told of', (seed) => {
    const random = new Random(seed);
    for (let round = 0; round < 50; round++) {
      let text = random.pick(bases);
      for (let change = 0; change <= random.below(3); change++) {
        const at = random.below(text.length + 1);
        text = text.slice(0, at) + random.pick(pieces) + text.slice(at + random.below(6));
      }
      expectSound(text);
    }
  });

  it.each(Array.from({ length: 5 }, (_, seed) => seed))('of bytes from seed %i is told of', (seed) => {
    const random = new Random(seed);
    for (let round = 0; round < 50; round++) {
      const bytes = new TextEncoder().encode(random.pick(bases));
      for (let change = 0; change < 3; change++) bytes[random.below(bytes.length)] = random.below(256);
      const { config, problems } = parse(bytes);
      expect(config !== undefined || problems.length > 0).toBe(true);
    }
  });
});

describe('attacks', () => {
  const names = [...'bcdefghij'];
  /** Ten aliases of ten aliases of ten... */
  const bomb = (first: string, level: (aliases: string) => string): string =>
    names
      .map(
        (name, i) =>
          `  ${name}: &${name} ${level(
            Array(10)
              .fill(`*${i === 0 ? first : names[i - 1]}`)
              .join(', '),
          )}\n`,
      )
      .join('');
  const webhook = (payload: string): string =>
    `route: {receiver: r}\nreceivers:\n- name: r\n  webhook_configs:\n  - url: http://a\n    payload:\n${payload.replace(/^/gm, '    ')}\n`;

  it.each([
    ['lists', webhook(`  a: &a [x, x]\n${bomb('a', (aliases) => `[${aliases}]`)}`)],
    ['merges', webhook(`  a: &a {x: 1}\n${bomb('a', (aliases) => `{<<: [${aliases}]}`)}`)],
    [
      'routes',
      `route:\n  receiver: r\n  routes:\n  - &a {group_wait: 5s}\n${names
        .map(
          (name, i) =>
            `  - &${name} {routes: [${Array(10)
              .fill(`*${i === 0 ? 'a' : names[i - 1]}`)
              .join(', ')}]}\n`,
        )
        .join('')}receivers: [{name: r}]\n`,
    ],
  ])('a bomb of %s is refused', (_, text) => {
    const told = expectSound(text).problems.map(({ message }) => message);
    expect(told).toContain('aliases repeat too much of the file: write out what they stand for');
  });

  it('a hundred uses of an alias are no bomb', () => {
    const text = `route:\n  receiver: r\n  routes:\n  - group_by: &g [a, b]\n${'  - group_by: *g\n'.repeat(100)}receivers: [{name: r}]\n`;
    expect(expectSound(text).config?.route.routes).toHaveLength(101);
  });

  it.each([
    ['a route', 'route: &x\n  receiver: r\n  routes: [*x]\n'],
    ['a merge', 'route: &x\n  receiver: r\n  <<: *x\n'],
    ['a merge of a merge', 'route: &x\n  receiver: r\n  <<: {<<: *x}\n'],
    ['a key', '? &x [*x]\n: a\n'],
    ['a list', 'templates: &x [*x]\n'],
    ['a map with a mistake', 'global: &x\n  <<: *x\n  y: 1\n'],
  ])('%s that contains itself is refused', (_, text) => {
    expect(expectSound(`${text}receivers: [{name: r}]\n`).config).toBeUndefined();
  });

  it('thousands of mistakes are counted after the first hundreds', () => {
    const { problems } = expectSound(`${'nothing: 1\n'.repeat(3000)}route: {receiver: r}\nreceivers: [{name: r}]\n`);
    expect(problems).toHaveLength(501);
    expect(problems.at(-1)?.message).toBe('and 2500 more: mend these first');
  });

  it('thousands of wrong names among thousands of right ones take no time', () => {
    const receivers = Array.from({ length: 3000 }, (_, i) => `- name: receiver-${i}\n`).join('');
    const routes = Array.from({ length: 3000 }, (_, i) => `  - receiver: reciever-${i}\n`).join('');
    const { problems } = expectSound(`route:\n  receiver: receiver-0\n  routes:\n${routes}receivers:\n${receivers}`);
    expect(problems).toHaveLength(501);
  });

  it.each([
    ['a number', `resolve_timeout: ${'9'.repeat(100_000)}`],
    ['a number with underscores', `resolve_timeout: 1${'_'.repeat(100_000)}`],
    ['a key', `${'k'.repeat(100_000)}: 1`],
    ['a URL', `pagerduty_url: http://${'@'.repeat(100_000)}`],
    ['escapes', `pagerduty_url: http://a/${'%41'.repeat(30_000)}`],
    ['a host and port', `smtp_smarthost: "${'['.repeat(100_000)}:25"`],
  ])('%s without end is read or refused', (_, global) => {
    expectSound(`global:\n  ${global}\nroute: {receiver: r}\nreceivers: [{name: r}]\n`);
  });

  it.each([
    ['an expression', `match_re: {a: "${'(a*)*'.repeat(2000)}"}`],
    ['parentheses', `match_re: {a: "${'('.repeat(50_000)}"}`],
    ['a matcher', `matchers: ['${'a=b,'.repeat(20_000)}']`],
    ['braces', `matchers: ['${'{'.repeat(50_000)}']`],
    ['a template', `labels: {a: '${'{{ if .a }}'.repeat(5000)}'}`],
    ['a template of parentheses', `labels: {a: '{{ ${'('.repeat(50_000)}'}`],
  ])('%s without end is read or refused, too', (_, route) => {
    expectSound(`route:\n  receiver: r\n  routes:\n  - ${route}\nreceivers: [{name: r}]\n`);
  });
});

describe('size', () => {
  const PLAIN = 'route: {receiver: r}\nreceivers: [{name: r}]\n';
  const slack = (text: string) =>
    `route: {receiver: r}\nreceivers:\n- name: r\n  slack_configs:\n  - api_url_file: f\n    text: ${text}\n`;

  it.each([
    ['comments', `${'# A remark about nothing.\n'.repeat(400_000)}${PLAIN}`, true],
    ['comments behind it', PLAIN + '# A remark about nothing.\n'.repeat(400_000), true],
    ['a text', slack(`"${'word '.repeat(2_000_000)}"`), true],
    ['lines of a text', slack(`|\n${'      a line of text\n'.repeat(480_000)}`), true],
    ['brackets', PLAIN + '['.repeat(10_000_000), false],
    ['zeros', new Uint8Array(10_000_000), false],
    ['bytes that are no letters', new Uint8Array(10_000_000).fill(255), false],
  ])('ten megabytes of %s are read or refused', { timeout: 120_000 }, (_, input, good) => {
    const { config, problems } = parse(input);
    expect(config !== undefined).toBe(good);
    expect(problems.length).toBe(good ? 0 : 1);
  });

  const nested = (depth: number) =>
    Array.from(
      { length: depth },
      (_, i) => `${' '.repeat(2 * i + 2)}routes:\n${' '.repeat(2 * i + 2)}- matchers: ['a=~"(b${i}|c)+"']\n`,
    );
  const deep = (depth: number) => `route:\n  receiver: r\n${nested(depth).join('')}receivers: [{name: r}]\n`;

  it('routes may be nested as deep as anybody needs, and work', () => {
    const { config } = expectSound(deep(190));
    expect(matchRoutes(buildRoutes(config!), { a: 'c' })).toHaveLength(1);
  });

  it.each([
    ['routes', deep(250)],
    ['lists', `${PLAIN}templates: ${'['.repeat(1000)}${']'.repeat(1000)}\n`],
    ['dashes', `${PLAIN}templates:\n${'- '.repeat(100_000)}a\n`],
    ['mappings', `${PLAIN}global: ${'{a: '.repeat(100_000)}${'}'.repeat(100_000)}\n`],
    ['question marks', '? '.repeat(100_000)],
  ])('%s nested too deep are refused', (_, text) => {
    expect(expectSound(text).problems.map(({ message }) => message)).toEqual([
      'nested more than 400 levels deep: flatten it',
    ]);
  });
});
