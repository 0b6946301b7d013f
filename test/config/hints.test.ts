// Warnings and hints as a whole: which are given when, and that they cost little. Each of them has a fixture in
// mistakes/hints.txt.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ParseOptions, parseConfig } from '../../src/config/parse.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';

const DAY = 86_400_000;

function codes(text: string, options: Partial<ParseOptions> = {}): (string | undefined)[] {
  const { problems } = parseConfig(text, { file: 'am.yml', tables: settingsTables, mode: 'fallback', ...options });
  return problems.map(({ severity, code }) => (severity === 'error' ? 'error' : code));
}

const PLAIN = 'route: {receiver: r, group_by: [a]}\nreceivers: [{name: r}]\n';

describe('hints', () => {
  const unused = `${PLAIN}time_intervals: [{name: t, time_intervals: [{}]}]\n`;

  it('are given when they are asked for', () => {
    expect(codes(unused)).toEqual([]);
    expect(codes(unused, { hints: true })).toEqual(['unused-time-interval']);
  });

  it('are not given beside errors, of which they may be consequences', () => {
    expect(codes(`${unused}nothing: 1\n`, { hints: true })).toEqual(['error']);
  });

  it.each([
    ['5d', undefined, []],
    ['6d', undefined, ['repeat-above-retention']],
    ['6d', 6 * DAY, []],
    ['6d', 5 * DAY, ['repeat-above-retention']],
  ])('compare the repeat interval %s with a retention of %s', (repeat, retentionMs, expected) => {
    const text = PLAIN.replace('group_by', `repeat_interval: ${repeat}, group_by`);
    expect(codes(text, { hints: true, ...(retentionMs === undefined ? {} : { retentionMs }) })).toEqual(expected);
  });

  it('count webhook URLs as secrets only where they hold one', () => {
    const hinted = (url: string) =>
      codes(PLAIN.replace('{name: r}', `{name: r, webhook_configs: [{url: "${url}"}]}`), { hints: true });
    expect(hinted('http://example.org/hook')).toEqual([]);
    expect(hinted('http://example.org/hook?token=t')).toEqual(['inline-secrets']);
    expect(hinted('http://user:password@example.org/')).toEqual(['inline-secrets']);
  });

  it('do not name what they count', () => {
    const text = PLAIN.replace('{name: r}', '{name: r, webhook_configs: [{url: "http://a/?hunter2"}]}');
    const { problems } = parseConfig(text, { file: 'f', tables: settingsTables, mode: 'fallback', hints: true });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('have kinds whose names are known', () => {
    const fixtures = readFileSync(join(import.meta.dirname, 'mistakes/hints.txt'), 'utf8');
    const told = new Set([...fixtures.matchAll(/^(?:hint|warning) \[([a-z-]+)\]:/gm)].map((match) => match[1]));
    expect([...told].sort()).toEqual([
      'always-muted',
      'broken-template',
      'comment-for-value',
      'default-group-by',
      'deprecated-match',
      'deprecated-mute-time-intervals',
      'empty-time-interval',
      'ignored-text',
      'inhibit-without-equal',
      'inline-secrets',
      'masked-secret',
      'matcher-syntax',
      'missing-unit',
      'never-active',
      'outranked-by-global',
      'repeat-above-retention',
      'repeat-interval-rounded',
      'unexpanded-variable',
      'unreachable-route',
      'unused-receiver',
      'unused-time-interval',
      'working-day-in-utc',
    ]);
    expect(fixtures).not.toMatch(/^(?:hint|warning): /m);
  });
});

describe('warnings', () => {
  const routes = (count: number, route: (i: number) => string) =>
    `route:\n  receiver: r\n  routes:\n${Array.from({ length: count }, (_, i) => `  - ${route(i)}\n`).join('')}receivers: [{name: r}]\n`;

  it('leave room for errors behind them', () => {
    const text = `${routes(600, (i) => `match: {a${i}: b}`)}nothing: 1\n`;
    const told = codes(text);
    expect(told.filter((code) => code === 'deprecated-match')).toHaveLength(500);
    expect(told.at(-1)).toBe('error');
  });

  it('take little time in a tree of thousands of siblings', () => {
    const text = routes(4000, (i) => `matchers: ['team=~"x${i}.*"', 'a=~"b|c"']`);
    const start = performance.now();
    const { config } = parseConfig(text, { file: 'f', tables: settingsTables, mode: 'fallback' });
    const read = performance.now() - start;
    expect(config?.route.routes).toHaveLength(4000);
    expect(read).toBeLessThan(10_000);
  });

  it('are told once for a branch that is out of reach', () => {
    const branch = 'routes: [{matchers: [c=d], routes: [{matchers: [c=e]}]}, {matchers: [c=d]}]';
    expect(codes(routes(3, (i) => (i === 0 ? 'receiver: r' : branch)))).toEqual([
      'unreachable-route',
      'unreachable-route',
    ]);
  });
});
