import { describe, expect, it } from 'vitest';
import { emitYaml, type Out } from '../../src/config/emit.ts';
import { compareKeys } from '../../src/config/keyorder.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { ruleCases } from '../conformance/config-cases.ts';
import { yamlCases } from '../conformance/config-cases-yaml.ts';

const text = (value: string, style: 'plain' | 'double' | 'literal' = 'plain'): Out => ({
  is: 'scalar',
  text: value,
  style,
});
const list = (items: readonly Out[], flow = false): Out => ({ is: 'list', flow, items });
const map = (pairs: readonly (readonly [string, Out])[], flow = false): Out => ({
  is: 'map',
  flow,
  pairs: pairs.map(([key, value]) => [text(key), value] as const),
});

describe('YAML is written as yaml.v2 writes it', () => {
  it('indents mappings in lists and lists in lists, but not lists in mappings', () => {
    const inner = map([['a', list([text('b'), list([text('c')])])]]);
    expect(
      emitYaml(
        map([
          ['x', inner],
          ['y', list([inner])],
        ]),
      ),
    ).toBe('x:\n  a:\n  - b\n  - - c\ny:\n- a:\n  - b\n  - - c\n');
  });

  it('writes what is empty on the line of its key', () => {
    expect(
      emitYaml(
        map([
          ['a', list([])],
          ['b', map([])],
        ]),
      ),
    ).toBe('a: []\nb: {}\n');
  });

  it('writes flow lists and what is in them on one line', () => {
    expect(emitYaml(map([['a', list([text('b:c'), text('d'), map([['e', list([text('')])]])], true)]]))).toBe(
      "a: ['b:c', d, {e: ['']}]\n",
    );
  });

  it.each([
    ['plain', 'plain'],
    ['a: b', "'a: b'"],
    ['a:b', 'a:b'],
    ['a #b', "'a #b'"],
    ['a#b', 'a#b'],
    ['- a', "'- a'"],
    ['-a', '-a'],
    ['?a', '?a'],
    ['? a', "'? a'"],
    ['{{ .x }}', "'{{ .x }}'"],
    ["it's", "it's"],
    ["'it's", "'''it''s'"],
    [' a', "' a'"],
    ['a ', "'a '"],
    ['---', "'---'"],
    ['a\tb', '"a\\tb"'],
    ['🔥', '"\\U0001F525"'],
    ['é', 'é'],
    ['\u00a0', '\u00a0'],
    ['"\\\u0007\u2028', '"\\"\\\\\\a\\L"'],
  ])('%j is %s', (value, written) => {
    expect(emitYaml(map([['k', text(value)]]))).toBe(`k: ${written}\n`);
  });

  it.each([
    ['a\nb', '|-\n  a\n  b'],
    ['a\n\nb\n', '|\n  a\n\n  b'],
    ['a\n\n', '|+\n  a\n'],
    ['\na', '|2-\n\n  a'],
    [' a\nb', '|2-\n   a\n  b'],
    ['a\n  b', '|-\n  a\n    b'],
    ['a \nb', '"a \\nb"'],
    ['a\n\tb', '"a\\n\\tb"'],
    ['\n', '|2+\n'],
  ])('%j is a block, where it can be one', (value, written) => {
    expect(emitYaml(map([['k', text(value, 'literal')]]))).toBe(`k: ${written}\n`);
  });

  it('breaks long lines at single blanks after column 80', () => {
    const words = (quote: string) => `${quote}${'word '.repeat(30)}end`;
    expect(emitYaml(map([['k', text(words(''))]]))).toBe(
      `k: ${'word '.repeat(15)}word\n  ${'word '.repeat(13)}word end\n`,
    );
    expect(emitYaml(map([['k', text(words("'"))]])).split('\n')).toHaveLength(3);
    expect(emitYaml(map([['k', text(words('\t'))]])).split('\n')).toHaveLength(3);
    expect(emitYaml(map([['k', text(words('').replaceAll(' ', '  '))]])).split('\n')).toHaveLength(2);
  });

  it('breaks them after column 80 and not at it', () => {
    const broken = emitYaml(map([['k', text('a '.repeat(60).trimEnd())]]));
    expect(broken).toBe(`k: ${'a '.repeat(39)}a\n  ${'a '.repeat(20).trimEnd()}\n`);
  });

  it('indents a list below a key with a question mark', () => {
    const long = 'k'.repeat(129);
    expect(emitYaml(map([[long, list([text('a'), text('b')])]]))).toBe(`? ${long}\n: - a\n  - b\n`);
  });

  it('writes keys that are long or have lines with a question mark', () => {
    expect(emitYaml(map([['k'.repeat(128), text('v')]]))).toBe(`${'k'.repeat(128)}: v\n`);
    expect(emitYaml(map([['k'.repeat(129), text('v')]]))).toBe(`? ${'k'.repeat(129)}\n: v\n`);
  });
});

describe('keys are in the order of yaml.v2', () => {
  it('letters after other signs, numbers by their value', () => {
    const ordered = ['', '-', '_', '0', '1', '01', '2', '10', 'A', 'B', 'a', 'a-b', 'a1', 'a2', 'a10', 'ab', 'b', 'é'];
    for (const shift of [3, 7, 11]) {
      const mixed = ordered.map((_, i) => ordered[(i * shift) % ordered.length]!);
      expect([...new Set(mixed)].sort(compareKeys)).toEqual(ordered.filter((key) => mixed.includes(key)));
    }
  });
});

/**
 * As in Alertmanager: a Slack token is printed beside the URL that follows from it, updating messages and recording events
 * want the URL itself, and an empty expression is printed as null.
 */
const NOT_READ_AGAIN = /app_token: <secret>|app_token_file|update_message: true|webhook_outputs|a: null/;

/** A default that the file empties is not printed, as in Alertmanager, so that it is back when the print is read. */
const EMPTIES = /: *(?:""|''|~|null)? *$/m;

describe('the printed configuration', () => {
  it('is a configuration that prints as itself', () => {
    const options = { file: '/etc/am.yml', tables: settingsTables, mode: 'fallback' } as const;
    let compared = 0;
    for (const { name, text: given, printsDifferently } of [...ruleCases(), ...yamlCases()]) {
      if (printsDifferently !== undefined) continue;
      const printed = parseConfig(given, options).config?.original;
      if (printed === undefined || NOT_READ_AGAIN.test(printed)) continue;
      const again = parseConfig(printed, options);
      if (again.config?.original !== printed && EMPTIES.test(given)) continue;
      expect([name, again.config?.original]).toEqual([name, printed]);
      compared++;
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('has matchers sorted, each on its line', () => {
    const text = 'route: {receiver: r, routes: [{matchers: [\'z=a,b="1"\', a=~z, a=b]}]}\nreceivers: [{name: r}]\n';
    const { config } = parseConfig(text, { file: 'f', tables: settingsTables, mode: 'fallback' });
    expect(config?.original).toContain('  - matchers:\n    - a="b"\n    - a=~"z"\n    - b="1"\n    - z="a"\n');
  });

  it('puts an interval after one with a location on one line, as Alertmanager does', () => {
    const { config } = parseConfig(
      `route: {receiver: r}
receivers: [{name: r}]
time_intervals:
- name: t
  time_intervals:
  - weekdays: [monday]
    location: UTC
  - times: [{start_time: '09:00', end_time: '10:00'}]
- name: u
`,
      { file: 'f', tables: settingsTables, mode: 'fallback' },
    );
    expect(config?.original.slice(config.original.indexOf('time_intervals:'))).toBe(`time_intervals:
- name: t
  time_intervals:
  - weekdays: [monday]
    location: UTC
  - {times: [{start_time: "09:00", end_time: "10:00"}]}
- name: u
  time_intervals: []
`);
  });

  it('completes the headers of mails only for receivers that a route uses, as Alertmanager does', () => {
    const entry = 'email_configs: [{to: a@example.org, from: b@example.org, smarthost: "h:25", headers: {x: y}}]';
    const { config } = parseConfig(
      `route: {receiver: r}\nreceivers: [{name: r, ${entry}}, {name: unused, ${entry}}]\n`,
      { file: 'f', tables: settingsTables, mode: 'fallback' },
    );
    const [used, unused] = config!.original.split('- name: unused');
    expect(used).toContain('    headers:\n      From: b@example.org\n      Subject:');
    expect(unused).toContain('    headers:\n      X: "y"\n    html:');
    const settings = config!.receivers[1]!.integrations[0]!.settings as { headers: object };
    expect(Object.keys(settings.headers)).toContain('Subject');
  });

  it('joins paths to the folder of the file where Alertmanager does, and uses them joined everywhere', () => {
    const tls = 'tls_config: {ca_file: x.pem}';
    const { config } = parseConfig(
      `route: {receiver: r}
receivers:
- name: r
  email_configs: [{to: a@example.org, from: b@example.org, smarthost: "h:25", ${tls}}]
  webhook_configs: [{url: "http://a", http_config: {${tls}}}]
tracing: {endpoint: t, ${tls}}
`,
      { file: '/etc/am/am.yml', tables: settingsTables, mode: 'fallback' },
    );
    expect(config!.original.match(/ca_file: .*/g)).toEqual([
      'ca_file: x.pem',
      'ca_file: /etc/am/x.pem',
      'ca_file: x.pem',
    ]);
    const settings = JSON.stringify(config!.receivers[0]!.integrations.map((entry) => entry.settings));
    expect(settings.match(/"ca_file":"[^"]+"/g)).toEqual(Array(2).fill('"ca_file":"/etc/am/x.pem"'));
  });
});
