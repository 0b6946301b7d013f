import { describe, expect, it } from 'vitest';
import { type Parsed, parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/model/config.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';

/** The first file is the configuration; a pattern stands for the files that begin with it. */
function parse(files: Readonly<Record<string, string>>): Parsed {
  const [main, ...others] = Object.entries(files);
  return parseConfig(main![1], {
    file: main![0],
    tables: settingsTables,
    mode: 'fallback',
    include: (pattern) => {
      if (pattern === 'broken') throw new Error('cannot read it');
      return others
        .filter(([name]) => name.startsWith(pattern))
        .map(([name, text]) => ({ name, input: new TextEncoder().encode(text) }));
    },
    lookup: { variable: (name) => (name === 'TEAM' ? 'expanded' : undefined), file: (path) => `value of ${path}` },
  });
}

function good(files: Readonly<Record<string, string>>): Config {
  const { config, problems } = parse(files);
  if (config === undefined) throw new Error(problems.map(describeProblem).join('\n'));
  return config;
}

const problems = (files: Readonly<Record<string, string>>): string[] => parse(files).problems.map(describeProblem);

const MAIN = `include: [/am/conf.d/]
global: {slack_api_url_file: url}
route:
  receiver: main
  routes:
  - matchers: [first="1"]
receivers:
- name: main
templates: [own.tmpl]
`;

describe('a configuration that includes others', () => {
  it('is as if their lists stood at the end of its own', () => {
    const files = {
      '/am/main.yml': MAIN,
      '/am/conf.d/a.yml': `routes:
- matchers: [team="a"]
  receiver: a
  routes: [{matchers: [deep="1"]}]
receivers:
- name: a
  slack_configs: [{channel: '#a'}]
  webhook_configs: [{url_file: hook}]
templates: [a.tmpl, /abs/b.tmpl]
`,
      '/am/conf.d/sub/b.yml': `# only a comment above
time_intervals: [{name: night, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]}]
inhibit_rules: [{source_matchers: [a=b], target_matchers: [c=d]}]
routes: [{matchers: ['team="\${TEAM}"'], mute_time_intervals: [night]}]
receivers:
`,
      '/am/conf.d/z.yml': '',
    };
    const config = good(files);
    expect(config.route.routes.map(({ matchers }) => matchers[0]?.value)).toEqual(['1', 'a', 'expanded']);
    expect(config.receivers.map(({ name }) => name)).toEqual(['main', 'a']);
    expect(config.inhibitRules).toHaveLength(1);
    expect([...config.timeIntervals.keys()]).toEqual(['night']);
    expect(config.templates).toEqual(['/am/own.tmpl', '/am/conf.d/a.tmpl', '/abs/b.tmpl']);
    // Each path is beside the file that has it, inherited ones too.
    const settings = config.receivers[1]!.integrations.map((one) => one.settings);
    expect(settings).toMatchObject([{ url_file: '/am/conf.d/hook' }, { api_url_file: '/am/url' }]);
    expect(config.original).not.toContain('include');
    expect(config.original).toContain(`team="\${TEAM}"`);
    const printed = parseConfig(config.original, { file: '/am/main.yml', tables: settingsTables, mode: 'fallback' });
    expect(printed.config?.original).toBe(config.original);
    expect(good({ ...files, '/am/conf.d/z.yml': '# new\n' }).hash).not.toBe(config.hash);
  });

  it('needs no lists of its own', () => {
    const config = good({
      '/am/main.yml': 'include: [/am/c]\nroute: {receiver: a}\n',
      '/am/c.yml': 'receivers: [{name: a}]\nroutes: [{receiver: a, matchers: [x=y]}]\n',
    });
    expect(config.route.routes).toHaveLength(1);
  });

  it('reads a file once, also when two patterns mean it', () => {
    const text = 'receivers: [{name: a}]\n';
    const config = good({ '/am/main.yml': 'include: [/am/c, /am/]\nroute: {receiver: a}\n', '/am/c.yml': text });
    expect(config.receivers).toHaveLength(1);
  });

  it('has the problems of each file under its name, with its lines and paths', () => {
    expect(
      problems({
        '/am/main.yml': `${MAIN}nonsense: 1\n`,
        '/am/conf.d/a.yml': `receivers:
- name: main
- name: a
  slack_configs:
  - chanel: x
routes:
- receiver: nobody
  matchers: ['=']
  routes:
  - group_wait: 5
`,
        '/am/conf.d/b.yml': 'receivers: [{name: a}]\ninhibit_rules: [{equal: [""]}]\ntime_intervals: [{name: ""}]\n',
      }),
    ).toEqual([
      expect.stringMatching(/^\/am\/main\.yml:10:1: nonsense: the configuration has no key "nonsense"/),
      '/am/conf.d/a.yml:2:9: receivers[0].name: there is a receiver "main" already, at /am/main.yml:8:9: rename one of them',
      expect.stringMatching(
        /^\/am\/conf\.d\/a\.yml:5:5: receivers\[1\]\.slack_configs\[0\]\.chanel: .*did you mean "channel"/,
      ),
      expect.stringMatching(/^\/am\/conf\.d\/a\.yml:7:13: routes\[0\]\.receiver: there is no receiver "nobody"/),
      expect.stringMatching(/^\/am\/conf\.d\/a\.yml:8:14: routes\[0\]\.matchers\[0\]: /),
      expect.stringMatching(/^\/am\/conf\.d\/a\.yml:10:17: routes\[0\]\.routes\[0\]\.group_wait: the unit is missing/),
      '/am/conf.d/b.yml:1:20: receivers[0].name: there is a receiver "a" already, at /am/conf.d/a.yml:3:9: rename one of them',
      '/am/conf.d/b.yml:2:25: inhibit_rules[0].equal: "" is not a label name',
      '/am/conf.d/b.yml:3:19: time_intervals[0].name: the name is missing: add it',
    ]);
  });

  it.each([
    [
      'global: {}\n',
      /c\.yml:1:1: global: an included file holds .* and nothing else: move "global" to the file that includes it/,
    ],
    ['include: [x]\n', /c\.yml:1:1: include: an included file holds/],
    ['route: {receiver: a}\n', /c\.yml:1:1: route: an included file holds receivers, inhibit_rules/],
    ['- a\n', /c\.yml:1:1: an included file holds .*, found a list/],
    ['receivers: {a: b}\n', /c\.yml:1:12: receivers: expected a list, found a mapping/],
    ['receivers: []\nreceivers: []\n', /c\.yml:2:1: receivers: receivers is given twice/],
    ['receivers: [\n', /c\.yml:/],
    ['a: b: c\n', /c\.yml:1:\d: a second "key: value" on one line/],
    [
      `routes: [{matchers: ['a="\${NOPE}"']}]\n`,
      /c\.yml:1:26: routes\[0\]\.matchers\[0\]: the environment has no variable NOPE/,
    ],
  ])('refuses an included file with %j', (text, message) => {
    const found = problems({ '/am/main.yml': MAIN.replace('/am/conf.d/', '/am/c'), '/am/c.yml': text });
    expect(found[0]).toMatch(message);
    expect(found[0]!.startsWith('/am/c.yml:')).toBe(true);
  });

  it('says which pattern is no good', () => {
    const main = (include: string): Record<string, string> => ({
      '/am/main.yml': MAIN.replace('[/am/conf.d/]', include),
    });
    expect(parse(main('[none, {}]')).problems).toMatchObject([
      { severity: 'warning', line: 1, column: 11, path: 'include[0]', message: 'no file matches this pattern' },
      { severity: 'error', line: 1, column: 17, path: 'include[1]' },
    ]);
    expect(problems(main('[broken]'))).toEqual(['/am/main.yml:1:11: include[0]: cannot read it']);
    expect(problems(main('conf.d'))).toEqual([
      '/am/main.yml:1:10: include: expected a list such as [conf.d/*.yml], found "conf.d"',
    ]);
    expect(parse(main('')).config).toBeDefined();
    expect(parse(main('[none]')).config).toBeDefined();
  });

  it('is refused where including is not allowed, with the name of the flag', () => {
    const { problems: found } = parseConfig(MAIN, { file: 'a.yml', tables: settingsTables, mode: 'fallback' });
    expect(found.map(describeProblem)).toEqual([
      'a.yml:1:1: include: files are included only where the command line has --config.include: add it, or remove this key',
    ]);
  });
});
