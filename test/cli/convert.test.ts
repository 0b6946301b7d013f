import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../support/process.ts';
import { Random } from '../support/random.ts';
import { Trees } from './route-trees.ts';
import { type Ran, runCtl } from './run.ts';

function file(text: string): string {
  const path = join(scratch(), 'alertmanager.yml');
  writeFileSync(path, text);
  return path;
}

const convert = (text: string): Promise<Ran> => runCtl(['config', 'convert', file(text)]);

/** Around routes. */
const around = (routes: string): string => `route:\n  receiver: x\n  routes:\n${routes}receivers: [{name: x}] # all\n`;

describe('config convert', () => {
  it.each([
    [
      'a block, its comments and the lines around it',
      `  # first
  - match:   # which
      severity: critical   # the loud ones
      # and
      owner: 'it''s'
    receiver: x   # kept

  - receiver: x
`,
      `  # first
  - matchers: # which
      - 'severity="critical"' # the loud ones
      # and
      - 'owner="it''s"'
    receiver: x   # kept

  - receiver: x
`,
    ],
    [
      'several ways in one route',
      `  - receiver: x
    match_re:
      service: ^(foo|bar)$
      q: "a\\"b"
    group_by: [a]   # keep
    match: {a: b, c: "d e"}  # flow
    continue: true
  - matchers:
    - foo="bar"   # kept
    match_re:
        z: .*
`,
      `  - receiver: x
    matchers:
      - 'service=~"^(foo|bar)$"'
      - 'q=~"a\\"b"'
      # flow
      - 'a="b"'
      - 'c="d e"'
    group_by: [a]   # keep
    continue: true
  - matchers:
      - foo="bar" # kept
      - 'z=~".*"'
`,
    ],
    [
      'what is on one line',
      `  - {match: {a: b}, receiver: x, match_re: {c: d|e}}
  - match: {a: b} # inline
    matchers: [c!="d", 'e=~"f"']
  - match: {}
  - receiver: x
    match:
`,
      `  - {matchers: ['a="b"', 'c=~"d|e"'], receiver: x}
  - matchers: ['a="b"', c!="d", 'e=~"f"'] # inline
  - match: {}
  - receiver: x
    match:
`,
    ],
    [
      'lines that end as on Windows',
      '  - match:\r\n      a: b # c\r\n    match_re: {c: d}\r\n    receiver: x\r\n',
      `  - matchers:\r\n      - 'a="b"' # c\r\n      - 'c=~"d"'\r\n    receiver: x\r\n`,
    ],
  ])('changes %s', async (_, before, after) => {
    const { code, out } = await convert(around(before));
    expect({ code, out }).toEqual({ code: 0, out: around(after) });
    expect(await convert(out)).toEqual({ code: 0, out, err: 'Nothing is deprecated.\n' });
  });

  it('changes inhibition rules and the name of time intervals', async () => {
    const { out, err } = await convert(`route: {receiver: x, mute_time_intervals: []}
receivers: [{name: x}]
inhibit_rules:
- source_match: {severity: critical}
  target_match_re:
    severity: warning|info
  target_match:
    a: b
  equal: [a]
mute_time_intervals:
- name: w
  time_intervals: [{weekdays: [monday]}]
`);
    expect(err).toBe('Converted 3 places.\n');
    expect(out).toBe(`route: {receiver: x, mute_time_intervals: []}
receivers: [{name: x}]
inhibit_rules:
- source_matchers: ['severity="critical"']
  target_matchers:
    - 'severity=~"warning|info"'
    - 'a="b"'
  equal: [a]
time_intervals:
- name: w
  time_intervals: [{weekdays: [monday]}]
`);
  });

  it('replaces a file in place when it is told to', async () => {
    const path = file(around('  - match: {a: b}\n'));
    chmodSync(path, 0o640);
    expect(await runCtl(['config', 'convert', '-w', path])).toEqual({ code: 0, out: '', err: 'Converted a place.\n' });
    expect(readFileSync(path, 'utf8')).toBe(around(`  - matchers: ['a="b"']\n`));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(dirname(path))).toEqual(['alertmanager.yml']);
  });

  it('leaves variables and included files as they are written', async () => {
    const reference = '$' + '{T_WAIT:-7s}';
    const around = (match: string) =>
      `include: [part.yml]\nroute:\n  receiver: x\n  routes:\n  - ${match}\n    group_wait: ${reference}\n    receiver: y\n` +
      'receivers: [{name: x}]\n';
    const path = file(around('match: {a: b}'));
    writeFileSync(join(dirname(path), 'part.yml'), 'receivers: [{name: y}]\nroutes: [{match: {c: d}}]\n');
    const both = ['--config.expand-env', '--config.include'];
    expect(await runCtl(['config', 'convert', ...both, path])).toEqual({
      code: 0,
      out: around(`matchers: ['a="b"']`),
      err: 'Converted a place.\n',
    });
    expect((await runCtl(['config', 'convert', '--config.include', path])).err).toContain('group_wait');
    expect((await runCtl(['config', 'convert', '--config.expand-env', path])).err).toContain('--config.include');
  });

  it.each([
    ['  - match: &m {a: b}\n  - match: *m\n', 'line 4: match is written in a way that cannot be converted'],
    ['  - match: {a: ~}\n', 'would not mean the same'],
    ['  - match: {<<: {a: b}}\n', 'cannot be converted'],
    ['  - mtach: {a: b}\n', 'mtach'],
  ])('leaves %j alone', async (routes, message) => {
    const { code, out, err } = await convert(around(routes));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });

  it('changes no meaning of random trees', async () => {
    const trees = new Trees(new Random(7));
    let changed = 0;
    for (let i = 0; i < 40; i++) {
      const text = trees.file();
      const { code, out, err } = await convert(text);
      expect({ text, code, err }).toEqual({
        text,
        code: 0,
        err: expect.stringMatching(/^(Converted|Nothing)/) as string,
      });
      expect((await convert(out)).out).toBe(out);
      expect((await runCtl(['check-config', file(out)])).err).not.toContain('deprecated');
      if (out !== text) changed++;
    }
    expect(changed).toBeGreaterThan(20);
  });
});
