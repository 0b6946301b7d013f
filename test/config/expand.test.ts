import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lookup } from '../../src/config/expand.ts';
import { type Parsed, parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/model/config.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { Secret } from '../../src/model/secret.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';

const REF = (inner: string): string => `\${${inner}}`;

const files: Readonly<Record<string, string>> = { '/run/token': 'tok en', '/etc/am/beside': 'next' };

function parse(text: string, variables: Readonly<Record<string, string>> = {}): Parsed {
  const lookup: Lookup = {
    variable: (name) => variables[name],
    file: (path) => {
      const value = files[path];
      if (value === undefined) throw new Error('no such file');
      return value;
    },
  };
  return parseConfig(text, { file: '/etc/am/am.yml', tables: settingsTables, mode: 'fallback', lookup });
}

function good(text: string, variables: Readonly<Record<string, string>> = {}): Config {
  const { config, problems } = parse(text, variables);
  if (config === undefined) throw new Error(problems.map(describeProblem).join('\n'));
  return config;
}

function errors(text: string, variables: Readonly<Record<string, string>> = {}): string[] {
  return parse(text, variables).problems.map(describeProblem);
}

const withRoute = (more: string): string => `route:\n  receiver: a\n${more}receivers:\n- name: a\n`;

describe('what is expanded', () => {
  it('is read by the type that its key wants', () => {
    const config = good(
      `global:
  resolve_timeout: ${REF('TIMEOUT')}
  http_config: {follow_redirects: '${REF('FOLLOW')}'}
route:
  receiver: ${REF('TEAM')}
  group_by: ['${REF('LABEL:-alertname')}', cluster]
  group_wait: "${REF('WAIT')}0s"
  routes:
  - matchers: ['team=~"${REF('TEAM')}|x"', '${REF('WHOLE')}']
    match: {a: '${REF('TEAM')}'}
    mute_time_intervals: ['${REF('TEAM')}']
time_intervals:
- name: ${REF('TEAM')}
  time_intervals: [{weekdays: ['${REF('DAYS')}'], location: '${REF('ZONE')}', times: [{start_time: '${REF('FROM')}', end_time: 24:00}]}]
receivers:
- name: ${REF('TEAM')}
  webhook_configs:
  - url: https://${REF('HOST')}/x
    max_alerts: ${REF('COUNT')}
    send_resolved: ${REF('NOT')}
`,
      {
        ...{ TIMEOUT: '7m', FOLLOW: 'false', TEAM: 'db', WAIT: '2', WHOLE: 'b!="c"', DAYS: 'monday:friday' },
        ...{ ZONE: 'Europe/Berlin', FROM: '09:30', HOST: 'hooks.example', COUNT: '0x10', NOT: 'off' },
      },
    );
    expect(config.resolveTimeoutMs).toBe(420_000);
    expect(config.route).toMatchObject({ receiver: 'db', groupBy: ['alertname', 'cluster'], groupWaitMs: 20_000 });
    const [child] = config.route.routes;
    expect(child!.matchers.map(({ name, type, value }) => name + type + value)).toEqual(['a=db', 'b!=c', 'team=~db|x']);
    expect(config.timeIntervals.get('db')).toMatchObject([
      { location: 'Europe/Berlin', weekdays: [{ begin: 1, end: 5 }] },
    ]);
    const [integration] = config.receivers[0]!.integrations;
    expect(integration).toMatchObject({ sendResolved: false, settings: { max_alerts: 16 } });
    expect(integration!.settings).toMatchObject({ http_config: { follow_redirects: false } });
  });

  it('leaves every other dollar sign alone', () => {
    const text = `'$x $ $$ $1 {{ $x }} {{ printf "%s" $y }} \${{ .Value }} $${REF('NOT')} $$$${REF('A')}'`;
    const { config } = parse(
      `route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{api_url: http://x, text: ${text}}]}]\n`,
      {
        A: 'x',
      },
    );
    expect(config!.receivers[0]!.integrations[0]!.settings).toMatchObject({
      text: `$x $ $$ $1 {{ $x }} {{ printf "%s" $y }} \${{ .Value }} ${REF('NOT')} $$${REF('A')}`,
    });
  });

  it('is nothing in keys, and nothing at all without the flag', () => {
    const labels = (text: string): unknown => good(text, { A: 'x' }).receivers[0]!.labels;
    expect(() => labels(`route: {receiver: a}\nreceivers: [{name: a, labels: {'${REF('A')}': b}}]\n`)).not.toThrow();
    const text = `route: {receiver: '${REF('A')}'}\nreceivers: [{name: '${REF('A')}'}]\n`;
    const { config } = parseConfig(text, { file: 'a.yml', tables: settingsTables, mode: 'fallback' });
    expect(config?.route.receiver).toBe(REF('A'));
  });

  it('takes defaults for what is missing or empty, and files', () => {
    const url = (text: string, variables = {}): string => {
      const [one] = good(
        `route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: '${text}'}]}]\n`,
        variables,
      ).receivers[0]!.integrations;
      return ((one!.settings as { url: Secret }).url as Secret).reveal();
    };
    expect(url(`http://h/${REF('A:-x:-y')}`)).toBe('http://h/x:-y');
    expect(url(`http://${REF('A:-x')}/`, { A: '' })).toBe('http://x/');
    expect(url(`http://h/${REF('A')}`, { A: '' })).toBe('http://h/');
    expect(url(`http://h/${REF('file:/run/token')}`)).toBe('http://h/tok en');
    expect(url(`http://h/${REF('file:beside')}`)).toBe('http://h/next');
    expect(url(`http://h/${REF('A')}`, { A: REF('B') })).toBe(`http://h/${REF('B')}`);
  });

  it('is expanded where an alias stands for it', () => {
    const config = good(`route: {receiver: &name '${REF('A')}'}\nreceivers: [{name: *name}]\n`, { A: 'db' });
    expect([config.route.receiver, config.receivers[0]!.name]).toEqual(['db', 'db']);
    expect(config.original).not.toContain('db');
  });
});

describe('what is missing', () => {
  it('is told with its place, all of it at once', () => {
    expect(
      errors(
        withRoute(
          `  group_by: [a, '${REF('B')} ${REF('NOPE')}', '${REF('NOPE')}']\n  group_wait: ${REF('file:/none')}\n`,
        ),
        {
          B: 'b',
        },
      ),
    ).toEqual([
      `/etc/am/am.yml:3:23: route.group_by[1]: the environment has no variable NOPE: set it, or write ${REF('NOPE:-default')}`,
      `/etc/am/am.yml:3:34: route.group_by[2]: the environment has no variable NOPE: set it, or write ${REF('NOPE:-default')}`,
      '/etc/am/am.yml:4:15: route.group_wait: cannot read /none: no such file',
    ]);
  });

  it.each([
    [`\${A`, /3:15: route.group_wait: the closing } is missing; .* written \$\$\{/],
    [REF(''), /expected a name, name:-default or file:\/path between \$\{ and \}/],
    [REF('1A'), /expected a name/],
    [REF('A-b'), /expected a name/],
    [REF('file:'), /expected a name/],
  ])('%j is refused', (text, message) => {
    expect(errors(withRoute(`  group_wait: ${text}\n`), { A: 'x' })).toEqual([expect.stringMatching(message)]);
  });
});

const SECRET = 'hunter2-"quoted"-correct-horse-battery-staple-and-much-more-than-sixty-signs';

describe('what was expanded is not shown', () => {
  it.each([
    [
      'group_wait',
      /am\.yml:3:15: route\.group_wait: what "\$\{S\}" stands for cannot be used: it is not in the form that this key wants/,
    ],
    ['continue', /what "\$\{S\}" stands for cannot be used: expected true or false/],
    ['matchers', /what "\$\{S\}" stands for cannot be used|expected a list/],
    ['match_re', /expected a mapping of names/],
    ['routes', /route.routes: expected a list/],
    ['receiver_', /route has no key/],
    ['active_time_intervals: [a,', null],
  ])('in errors about %s', (key, message) => {
    const [head, open] = key.split(': [');
    const text = open === undefined ? `  ${head}: ${REF('S')}\n` : `  ${head}: [${open} ${REF('S')}]\n`;
    for (const value of [SECRET, 'hunter2', '{{ hunter2', 'hunter2(', '7']) {
      const found = errors(withRoute(text), { S: value });
      if (message !== null) expect(found.join('\n')).toMatch(message);
      expect(found.length).toBeGreaterThan(0);
      expect(found.join('\n')).not.toContain('hunter2');
    }
  });

  it('in errors about names that do not exist, or exist twice, also when they are cut', () => {
    const text = `route: {receiver: '${REF('S')}', group_by: ['x${REF('S')}', 'x${REF('S')}']}\nreceivers: [{name: '${REF('T')}'}, {name: '${REF('T')}'}]\n`;
    for (const [S, T] of [
      [SECRET, `${SECRET}x`],
      ['hunter2', 'hunter22'],
    ] as const) {
      const found = errors(text, { S, T }).join('\n');
      expect(found).toMatch(/there is no receiver "\$\{(?:S\}|T\}\.\.\.)"/);
      expect(found).toMatch(/there is a receiver "\$\{T\}(?:\.\.\.)?" already/);
      expect(found).not.toMatch(/hunter|staple/);
    }
  });

  it('in the printed configuration, which says what the file says', () => {
    const text = `global:
  resolve_timeout: ${REF('TIMEOUT')}
  smtp_from: ${REF('FROM')}
  smtp_smarthost: ${REF('HOST')}:25
  slack_api_url: ${REF('URL')}
  http_config: {proxy_url: "${REF('PROXY')}", follow_redirects: "${REF('BOOL')}"}
templates: ['${REF('DIR')}/*.tmpl']
route:
  receiver: a
  group_wait: ${REF('TIMEOUT')}
  group_interval: 5m
  routes:
  - matchers: ['team="${REF('TEAM')}"']
  - matchers: ['a="b"', '${REF('MATCHER')}']
    match_re: {x: '${REF('TEAM')}'}
receivers:
- name: a
  email_configs: [{to: '${REF('TEAM')}@x', headers: {subject: '${REF('TEAM')}'}}]
  slack_configs: [{channel: '#${REF('TEAM:-none')}'}]
  webhook_configs: [{url: '${REF('URL')}', max_alerts: '${REF('COUNT')}', timeout: '${REF('TIMEOUT')}'}]
- name: ${REF('TEAM')}
`;
    const variables = {
      ...{ TIMEOUT: '77m', FROM: 'shown@x', HOST: 'smtp.shown', URL: 'http://shown/', PROXY: 'http://u:shown@p:1' },
      ...{ BOOL: 'false', DIR: '/shown', TEAM: 'shown', MATCHER: 'c="shown"', COUNT: '778' },
    };
    const { original } = good(text, variables);
    expect(original).not.toMatch(/shown|77/);
    expect(original).toMatchSnapshot();
    // What is printed can be read again, and is the same then.
    expect(good(original, variables).original).toBe(original);
  });

  it('in a secret, which stays one', () => {
    const config = good(`route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{api_url: '${REF('URL')}'}]}]\n`, {
      URL: 'https://hooks.example/hunter2',
    });
    const { api_url } = config.receivers[0]!.integrations[0]!.settings as { api_url: Secret };
    expect(api_url).toBeInstanceOf(Secret);
    expect(api_url.reveal()).toBe('https://hooks.example/hunter2');
    expect(config.original).toContain('api_url: <secret>');
    expect(JSON.stringify(config)).not.toContain('hunter2');
  });

  it('whatever is expanded where', () => {
    const keys = [
      'receiver',
      'group_by',
      'group_wait',
      'repeat_interval',
      'continue',
      'matchers',
      'match',
      'labels',
      'x',
    ];
    const shape = fc.constantFrom(
      (v: string) => v,
      (v: string) => `[${v}]`,
      (v: string) => `{a: ${v}}`,
      (v: string) => `a="${v}"`,
    );
    const value = fc.constantFrom(
      'zqzqz',
      'zqzqz="b"',
      '{{ zqzqz',
      '(zqzqz',
      'zqzqz\nzqzqz',
      `${'zqzqz'.repeat(30)}`,
      'zqzqz"\\',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...keys), shape), { minLength: 1, maxLength: 4 }),
        value,
        (pairs, v) => {
          const lines = pairs.map(([key, wrap]) => `  - ${key}: ${wrap(`'${REF('V')}'`)}\n`).join('');
          const { config, problems } = parse(
            `route:\n  receiver: a\n  routes:\n${lines}receivers: [{name: a}, {name: '${REF('V')}'}]\n`,
            { V: v },
          );
          expect(JSON.stringify(problems)).not.toContain('zq');
          expect(config?.original ?? '').not.toContain('zq');
        },
      ),
      { numRuns: 300 },
    );
  });
});
