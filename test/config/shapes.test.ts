// Files in the shapes of the field are read without a mistake, say what they mean, and get the warnings that they deserve.

import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import type { RouteConfig } from '../../src/model/config.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { shapeCases, TEAMS } from '../conformance/config-cases-shapes.ts';

const shapes = new Map([...shapeCases()].map(({ name, text }) => [name.replace('shape | ', ''), text]));

function read(name: string) {
  const text = shapes.get(name)!;
  const { config, problems } = parseConfig(text, {
    file: 'am.yml',
    tables: settingsTables,
    mode: 'fallback',
    hints: true,
  });
  if (config === undefined) throw new Error(JSON.stringify(problems));
  const told = problems.map(({ code, line }) => `${line} ${code}`);
  return { config, told, lines: text.split('\n').length };
}

function count(route: RouteConfig): number {
  return route.routes.reduce((sum, child) => sum + count(child), 1);
}

describe('shapes of the field', () => {
  it('a Kubernetes stack, in either notation', () => {
    const { config, told } = read('a Kubernetes stack');
    expect(config.receivers.map(({ name }) => name)).toEqual(['Default', 'Watchdog', 'null']);
    expect(config.route.routes.map(({ receiver, matchers }) => [receiver, matchers[0]?.value])).toEqual([
      ['Watchdog', 'Watchdog'],
      ['null', 'InfoInhibitor'],
    ]);
    expect(config.inhibitRules[0]?.targetMatchers[0]).toMatchObject({ type: '=~', value: 'warning|info' });
    expect(told).toEqual([]);
    expect(read('a Kubernetes stack as JSON').config.route.routes).toHaveLength(1);
  });

  it('joined namespaces', () => {
    const { config, told } = read('joined namespaces');
    expect(config.route.receiver).toBe('null');
    expect(config.route.routes.map((route) => route.continue)).toEqual([true, true, false]);
    expect(config.route.routes[1]?.groupWaitMs).toBe(0);
    expect(told).toEqual(['19 deprecated-match', '22 deprecated-match', '32 deprecated-match', '49 inline-secrets']);
  });

  it('grown over the years', () => {
    const { config, told } = read('grown');
    expect(config.route.routes.map(({ receiver }) => receiver)).toEqual([
      'team-X-mails',
      'team-Y-mails',
      'blackhole',
      'blackhole',
    ]);
    expect(config.route.routes[2]?.matchers.map(({ value }) => value)).toEqual(['database', 'info']);
    expect(told.filter((line) => !line.endsWith('deprecated-match'))).toEqual([
      '6 inline-secrets',
      '33 repeat-above-retention',
      '68 deprecated-mute-time-intervals',
      '72 working-day-in-utc',
    ]);
    const windows = read('grown, on Windows');
    expect(windows.config.original).toBe(config.original);
    expect(windows.told).toEqual(told);
  });

  it('hundreds of routes', () => {
    const { config, told, lines } = read('large');
    expect(lines).toBeGreaterThan(700);
    expect(count(config.route)).toBe(1 + TEAMS * (1 + 3 * 3));
    expect(config.receivers).toHaveLength(2 * TEAMS);
    expect(told).toEqual(['1651 inline-secrets']);
  });

  it('everything goes on', () => {
    const { config, told } = read('everything goes on');
    expect(config.route.routes.map((route) => route.continue)).toEqual([true, true, true, true, false]);
    expect(told).toEqual(['1 default-group-by']);
  });
});
