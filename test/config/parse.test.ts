import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import type { Config, RouteConfig } from '../../src/model/config.ts';
import { matchersToString } from '../../src/model/matcher.ts';
import type { MatcherMode } from '../../src/model/matcher-parse.ts';
import { describeProblem } from '../../src/model/problem.ts';
import type { EmailSettings } from '../../src/receivers/settings/email.ts';
import type { PagerdutySettings } from '../../src/receivers/settings/pagerduty.ts';
import type { SlackSettings } from '../../src/receivers/settings/slack.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import type { WebhookSettings } from '../../src/receivers/settings/webhook.ts';

function parse(text: string, file = '/etc/am/am.yml', mode: MatcherMode = 'fallback') {
  return parseConfig(text, { file, tables: settingsTables, mode });
}

function config(text: string, file?: string): Config {
  const parsed = parse(text, file);
  if (parsed.config === undefined) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.config;
}

const RECEIVERS = 'receivers: [{name: r}, {name: s}]\n';

function root(route: string): RouteConfig {
  return config(`route:\n  receiver: r\n${route}\n${RECEIVERS}`).route;
}

/** The settings of the first integration of a receiver with that entry. */
function settings<T>(type: string, entry: string, global = '{}'): T {
  const text = `global: ${global}\nroute: {receiver: r}\nreceivers: [{name: r, ${type}_configs: [${entry}]}]\n`;
  return config(text).receivers[0]!.integrations[0]!.settings as T;
}

describe('routes', () => {
  it('begin with the defaults', () => {
    const { resolveTimeoutMs, route } = config(`route: {receiver: r}\n${RECEIVERS}`);
    expect(resolveTimeoutMs).toBe(300_000);
    expect(route).toEqual({
      receiver: 'r',
      groupBy: [],
      groupByAll: false,
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
      matchers: [],
      continue: false,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      labels: {},
      routes: [],
    });
  });

  it('inherit receiver, grouping, waits and labels, and nothing else', () => {
    const parent = root(`  group_by: [b, a]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 3s
  labels: {x: '1', y: '2'}
  routes:
  - receiver: s
    continue: true
    matchers: [a=b]
    group_wait: 0s
    labels: {y: '3', z: '4'}
    routes: [{}]`);
    const child = parent.routes[0]!;
    expect(child).toMatchObject({
      receiver: 's',
      groupBy: ['a', 'b'],
      groupWaitMs: 0,
      groupIntervalMs: 2000,
      repeatIntervalMs: 3000,
    });
    expect({ ...child.labels }).toEqual({ x: '1', y: '3', z: '4' });
    expect(child.routes[0]).toMatchObject({ receiver: 's', continue: false, matchers: [], groupWaitMs: 0 });
    expect({ ...child.routes[0]!.labels }).toEqual({ x: '1', y: '3', z: '4' });
    expect({ ...parent.labels }).toEqual({ x: '1', y: '2' });
  });

  it('do not inherit time intervals', () => {
    const { route } = config(`route:
  receiver: r
  routes:
  - mute_time_intervals: [t]
    active_time_intervals: [u]
    routes: [{}]
${RECEIVERS}
time_intervals: [{name: t}]
mute_time_intervals: [{name: u}]
`);
    expect(route.routes[0]).toMatchObject({ muteTimeIntervals: ['t'], activeTimeIntervals: ['u'] });
    expect(route.routes[0]!.routes[0]).toMatchObject({ muteTimeIntervals: [], activeTimeIntervals: [] });
  });

  it.each([
    ['absent inherits', '{}', ['a'], false],
    ['null inherits', '{group_by: ~}', ['a'], false],
    ['null in capitals inherits', '{group_by: NULL}', ['a'], false],
    ['an empty list does not', '{group_by: []}', [], false],
    ['... is all', "{group_by: ['...']}", ['a'], true],
    ['a list is sorted by bytes', '{group_by: [b, Z, é, a]}', ['Z', 'a', 'b', 'é'], false],
  ])('group_by: %s', (_, child, groupBy, groupByAll) => {
    expect(root(`  group_by: [a]\n  routes: [${child}]`).routes[0]).toMatchObject({ groupBy, groupByAll });
  });

  it('below one that groups by all can group by less again', () => {
    expect(root("  group_by: ['...']\n  routes: [{group_by: [a]}, {}]").routes).toMatchObject([
      { groupBy: ['a'], groupByAll: false },
      { groupByAll: true },
    ]);
  });

  it('have their matchers of all forms in order of name, value and type', () => {
    const child = root(`  routes:
  - matchers: ['b=~"2"', 'a!="1",c=3', b="2"]
    match: {z: '', a: '0'}
    match_re: {b: '1'}`).routes[0]!;
    expect(matchersToString(child.matchers)).toBe('{a="0",a!="1",b="2",b=~"2",b=~"^(?:1)$",c="3",z=""}');
  });

  it('may be written with names that objects have already', () => {
    const child = root(`  routes:
  - match: {__proto__: a, constructor: b}
    labels: {__proto__: x, toString: y}
    group_by: [__proto__]`).routes[0]!;
    expect(matchersToString(child.matchers)).toBe('{__proto__="a",constructor="b"}');
    expect(Object.entries(child.labels)).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
    ]);
  });

  it('follow merges as Alertmanager does: what comes later wins', () => {
    const { routes } = root(`  routes:
  - &a {group_wait: 1s, group_interval: 1s}
  - {<<: *a, group_wait: 2s}
  - {group_wait: 2s, <<: *a}
  - {<<: [*a, {group_wait: 3s}]}`);
    expect(routes.map((route) => route.groupWaitMs)).toEqual([1000, 2000, 1000, 1000]);
  });
});

describe('the matcher mode', () => {
  const text = `route:\n  receiver: r\n  routes:\n  - matchers: ['"a b"=c']\n    group_by: ['a b']\n${RECEIVERS}`;

  it('decides which names labels may have', () => {
    expect(parse(text).config).toBeDefined();
    expect(parse(text, 'f', 'utf8').config).toBeDefined();
    expect(parse(text, 'f', 'classic').problems.map((problem) => problem.path)).toEqual([
      'route.routes[0].matchers[0]',
      'route.routes[0].group_by',
    ]);
  });

  it('decides which syntax is accepted', () => {
    const classic = text.replace('"a b"=c', 'a=b=c').replace("'a b'", 'a');
    expect(parse(classic, 'f', 'classic').problems).toEqual([]);
    expect(parse(classic).problems).toMatchObject([{ severity: 'warning', path: 'route.routes[0].matchers[0]' }]);
    expect(parse(classic, 'f', 'utf8').problems).toMatchObject([{ severity: 'error' }]);
  });
});

describe('receivers', () => {
  it('have their integrations in the order in which Alertmanager notifies', () => {
    const { receivers } = config(`route: {receiver: r}
receivers:
- name: r
  labels: {team: a}
  discord_configs: [{webhook_url: http://d}]
  slack_configs: [{api_url: http://s}]
  pagerduty_configs: [{routing_key: a}]
  email_configs: [{to: a, from: b, smarthost: 'h:25'}]
  webhook_configs: [{url: http://a}, {url: http://b, send_resolved: false}]
`);
    expect(receivers[0]).toMatchObject({ name: 'r', labels: { name: 'r', team: 'a' } });
    expect(
      receivers[0]!.integrations.map(({ type, index, sendResolved }) => `${type} ${index} ${sendResolved}`),
    ).toEqual([
      'webhook 0 true',
      'webhook 1 false',
      'email 0 false',
      'pagerduty 0 true',
      'slack 0 false',
      'discord 0 true',
    ]);
  });

  it('inherit http_config as a whole', () => {
    const global = '{http_config: {proxy_url: http://p, follow_redirects: false}}';
    const inherited = settings<WebhookSettings>('webhook', '{url: http://a}', global);
    expect(inherited.http_config).toMatchObject({ proxy_url: 'http://p', follow_redirects: false });
    const own = settings<WebhookSettings>('webhook', '{url: http://a, http_config: {enable_http2: false}}', global);
    expect(own.http_config).toMatchObject({ proxy_url: '', follow_redirects: true, enable_http2: false });
  });

  it('authorize by bearer_token as by authorization', () => {
    const { http_config } = settings<WebhookSettings>('webhook', '{url: http://a, http_config: {bearer_token: t}}');
    expect(http_config.bearer_token).toBeUndefined();
    expect(http_config.authorization?.type).toBe('Bearer');
    expect(http_config.authorization?.credentials?.reveal()).toBe('t');
  });

  it('take an empty secret for none, and trim the type of an authorization', () => {
    const { routing_key } = settings<PagerdutySettings>('pagerduty', '{service_key: k, routing_key: ""}');
    expect(routing_key).toBeUndefined();
    const type = (text: string) =>
      settings<WebhookSettings>('webhook', `{url: http://a, http_config: {authorization: {type: "${text}"}}}`)
        .http_config.authorization?.type;
    expect([type(' Token '), type(' '), type('')]).toEqual(['Token', 'Bearer', 'Bearer']);
  });

  it('read Go durations, and bare numbers as nanoseconds', () => {
    expect(settings<WebhookSettings>('webhook', '{url: http://a, timeout: 1m30s}').timeout).toBe(90_000);
    expect(settings<WebhookSettings>('webhook', '{url: http://a, timeout: 5000000}').timeout).toBe(5);
  });

  it('hold zero, not the default, where a key is written and left empty', () => {
    const entry = '{url: http://a, send_resolved: , timeout: , max_alerts: , http_config: {follow_redirects: ~}}';
    const { send_resolved, timeout, max_alerts, http_config } = settings<WebhookSettings>('webhook', entry);
    expect([send_resolved, timeout, max_alerts, http_config.follow_redirects]).toEqual([false, 0, 0, false]);
    expect(settings<SlackSettings>('slack', '{api_url: http://a, title: }').title).toBe('');
  });

  it('read payloads by YAML 1.1', () => {
    const { payload } = settings<WebhookSettings>(
      'webhook',
      '{url: http://a, payload: {a: [1, 0x10, 1.5, yes, ~, "5", 2020-01-01], 1: {y: x}, big: 9007199254740993}}',
    );
    expect(JSON.parse(JSON.stringify(payload))).toEqual({
      a: [1, 16, 1.5, true, null, '5', '2020-01-01'],
      1: { true: 'x' },
      big: '9007199254740993',
    });
  });

  it('email: inherit each smtp key, and passwords together with their files', () => {
    const global =
      '{smtp_smarthost: "h:25", smtp_from: f, smtp_hello: me, smtp_auth_username: u, smtp_auth_password: p, smtp_require_tls: false}';
    const email = settings<EmailSettings>('email', '{to: t, headers: {x-a: b}}', global);
    expect(email).toMatchObject({
      from: 'f',
      hello: 'me',
      smarthost: { host: 'h', port: '25' },
      auth_username: 'u',
      require_tls: false,
      force_implicit_tls: undefined,
      html: '{{ template "email.default.html" . }}',
    });
    expect({ ...email.headers }).toEqual({
      From: 'f',
      Subject: '{{ template "email.default.subject" . }}',
      To: 't',
      'X-A': 'b',
    });
    expect(email.auth_password?.reveal()).toBe('p');
    const own = settings<EmailSettings>('email', '{to: t, auth_password_file: secret, require_tls: true}', global);
    expect(own).toMatchObject({ auth_password: undefined, auth_password_file: '/etc/am/secret', require_tls: true });
  });

  it('pagerduty: complete the details and the source', () => {
    const { details, source, url } = settings<PagerdutySettings>(
      'pagerduty',
      '{service_key: k, client: me, details: {firing: mine, a: {b: c}}}',
    );
    expect(Object.keys(details).sort()).toEqual(['a', 'firing', 'num_firing', 'num_resolved', 'resolved']);
    expect(details).toMatchObject({ firing: 'mine', a: { b: 'c' } });
    expect([source, url]).toEqual(['me', 'https://events.pagerduty.com/v2/enqueue']);
  });

  it('slack: prefer the entry to global, and a token to a webhook', () => {
    const key = ({ api_url, api_url_file, http_config }: SlackSettings) => [
      api_url?.reveal(),
      api_url_file,
      http_config.authorization?.credentials?.reveal(),
    ];
    const post = 'https://slack.com/api/chat.postMessage';
    const slack = (entry: string, global: string) => key(settings<SlackSettings>('slack', entry, global));
    expect(slack('{channel: a}', '{slack_api_url: http://g}')).toEqual(['http://g', '', undefined]);
    expect(slack('{api_url_file: f}', '{slack_api_url: http://g}')).toEqual([undefined, '/etc/am/f', undefined]);
    expect(slack('{channel: a}', '{slack_app_token: t}')).toEqual([post, '', 't']);
    expect(slack('{app_token: u}', '{slack_app_token: t}')).toEqual([post, '', 'u']);
    expect(slack('{api_url: http://a}', '{slack_app_token: t}')).toEqual(['http://a', '', undefined]);
    expect(slack('{app_token: u, app_url: http://mine}', '{}')).toEqual(['http://mine', '', 'u']);
    const authorized = `{slack_app_token: t, slack_api_url: ${post}}`;
    expect(slack('{http_config: {authorization: {credentials: c}}}', authorized)).toEqual([post, '', 'c']);
  });

  it('slack: drop what an action with a URL has no use for', () => {
    const { actions } = settings<SlackSettings>(
      'slack',
      '{api_url: http://a, actions: [{type: a, text: b, url: c, name: d, value: e, confirm: {text: f}}]}',
    );
    expect(actions).toEqual([{ type: 'a', text: 'b', url: 'c', style: '', name: '', value: '', confirm: undefined }]);
  });
});

describe('the rest', () => {
  it('inhibit rules have sorted matchers of all forms', () => {
    const { inhibitRules } = config(`route: {receiver: r}
${RECEIVERS}
inhibit_rules:
- name: n
  source_matchers: [b=c]
  source_match: {a: d}
  target_match_re: {e: f}
  equal: [y, x]
`);
    expect(inhibitRules.map((rule) => [rule.name, rule.equal])).toEqual([['n', ['y', 'x']]]);
    expect(matchersToString(inhibitRules[0]!.sourceMatchers)).toBe('{a="d",b="c"}');
    expect(matchersToString(inhibitRules[0]!.targetMatchers)).toBe('{e=~"^(?:f)$"}');
  });

  it('time intervals tell what is absent from what is empty', () => {
    const { timeIntervals } = config(`route: {receiver: r}
${RECEIVERS}
time_intervals:
- name: t
  time_intervals:
  - times: [{start_time: '09:00', end_time: '24:00'}]
    weekdays: ['monday:friday']
    days_of_month: [-1]
    months: [3]
    years: ['2020:2022']
    location: Europe/Berlin
  - weekdays: []
`);
    expect(timeIntervals.get('t')).toEqual([
      {
        times: [{ startMinute: 540, endMinute: 1440 }],
        weekdays: [{ begin: 1, end: 5 }],
        daysOfMonth: [{ begin: -1, end: -1 }],
        months: [{ begin: 3, end: 3 }],
        years: [{ begin: 2020, end: 2022 }],
        location: 'Europe/Berlin',
      },
      { times: null, weekdays: [], daysOfMonth: null, months: null, years: null, location: 'UTC' },
    ]);
  });

  it.each([
    ['/etc/am/am.yml', '/etc/am/'],
    ['conf/am.yml', 'conf/'],
    ['am.yml', ''],
    ['../am.yml', '../'],
  ])('paths are joined to the folder of %s', (file, folder) => {
    const { templates, receivers } = config(
      `route: {receiver: r}
templates: [a.tmpl, ./b/../c/*.tmpl, /abs.tmpl]
receivers:
- name: r
  webhook_configs:
  - url_file: u
    http_config: {basic_auth: {password_file: p}, tls_config: {ca_file: /abs}, http_headers: {A: {files: [h]}}}
`,
      file,
    );
    expect(templates).toEqual([`${folder}a.tmpl`, `${folder}c/*.tmpl`, '/abs.tmpl']);
    expect(receivers[0]!.integrations[0]!.settings).toMatchObject({
      url_file: `${folder}u`,
      http_config: {
        basic_auth: { password_file: `${folder}p` },
        tls_config: { ca_file: '/abs' },
        http_headers: { A: { files: [`${folder}h`] } },
      },
    });
  });

  it('the hash is that of the bytes, however they are given', () => {
    const text = `route: {receiver: r}\n${RECEIVERS}`;
    const { hash } = config(text);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(
      parseConfig(new TextEncoder().encode(text), { file: 'f', tables: settingsTables, mode: 'fallback' }).config?.hash,
    ).toBe(hash);
    expect(config(`${text} `).hash).not.toBe(hash);
  });

  it('secrets show nowhere', () => {
    const text = `global:
  smtp_auth_password: hunter2
  slack_api_url: http://hunter2/
  http_config: {basic_auth: {username: u, password: hunter2}, proxy_url: 'http://u:hunter2@p'}
route: {receiver: r}
receivers:
- name: r
  slack_configs: [{channel: c}]
  webhook_configs: [{url: http://hunter2/, http_config: {http_headers: {A: {secrets: [hunter2]}}}}]
  pagerduty_configs: [{routing_key: hunter2, http_config: {oauth2: {client_id: i, client_secret: hunter2, token_url: t}}}]
  discord_configs: [{webhook_url: http://hunter2/}]
  email_configs: [{to: a, from: b, smarthost: 'h:1', auth_secret: hunter2}]
`;
    const { original, receivers } = config(text);
    expect(original).not.toContain('hunter2');
    expect(original.match(/<secret>/g)).toHaveLength(13);
    const proxies = JSON.stringify(receivers).replaceAll('http://u:hunter2@p', '');
    expect(proxies).not.toContain('hunter2');
  });
});
