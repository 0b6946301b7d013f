// What `<<` brings along and what stands beside it: Alertmanager joins maps, sections and matchers, and replaces the rest.

import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import type { WebhookSettings } from '../../src/receivers/settings/webhook.ts';

function parse(text: string) {
  return parseConfig(text, { file: 'am.yml', tables: settingsTables, mode: 'fallback' });
}

function second(one: string, other: string) {
  const { config, problems } = parse(
    `route:\n  receiver: r\n  routes:\n  - &x {${one}}\n  - {<<: *x, ${other}}\nreceivers: [{name: r}]\n`,
  );
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return { route: config?.route.routes[1], errors };
}

describe('a merged route', () => {
  it.each([
    ['match: {a: b}', 'match: {c: d}', 'a=b c=d'],
    ['match: {a: b}', 'match: ~', ''],
    ['match_re: {a: b}', 'match_re: {c: d}', 'a=~^(?:b)$ c=~^(?:d)$'],
    ['matchers: [a=b]', 'matchers: [c=d, e=f]', 'a=b c=d e=f'],
    ['matchers: [a=b]', 'matchers: ~', ''],
    ['matchers: [a=b]', 'match: {c: d}', 'a=b c=d'],
  ])('with %s has with %s of its own: %s', (one, other, matchers) => {
    const { route } = second(one, other);
    expect(route?.matchers.map(({ name, type, value }) => `${name}${type}${value}`).join(' ')).toBe(matchers);
  });

  it.each(['match', 'match_re', 'labels'])('must not give a name in %s again', (key) => {
    expect(second(`${key}: {a: b}`, `${key}: {a: c}`).errors).toEqual([
      '"a" is given already where << takes from: rename it',
    ]);
  });

  it('has its own lists and values in place of the merged ones', () => {
    const { route } = second('group_by: [a], group_wait: 5s', 'group_by: [b], group_wait: 6s');
    expect(route).toMatchObject({ groupBy: ['b'], groupWaitMs: 6000 });
  });

  it('does not take from an alias of a list, nor from itself', () => {
    const errors = (text: string) => parse(text).problems.map(({ message }) => message);
    expect(errors('route:\n  receiver: r\n  routes: &x\n  - <<: *x\nreceivers: [{name: r}]\n')).toEqual([
      '<< merges a mapping or a list of mappings, found a list',
    ]);
    expect(errors('route: &x\n  receiver: r\n  routes:\n  - <<: *x\nreceivers: [{name: r}]\n')).toContain(
      'the anchor &x contains itself: remove this alias',
    );
  });

  it('takes maps from several', () => {
    const { config } = parse(
      `route:
  receiver: r
  routes:
  - &x {match: {a: b}}
  - &y {match: {c: d}}
  - {match: {e: f}, <<: [*x, *y]}
receivers: [{name: r}]
`,
    );
    expect(config?.route.routes[2]?.matchers.map(({ name }) => name)).toEqual(['a', 'c', 'e']);
  });
});

describe('a merged HTTP client', () => {
  function clients(one: string, other: string) {
    const { config, problems } = parse(
      `route: {receiver: r}
receivers:
- name: r
  webhook_configs:
  - {url: "http://a", http_config: &h {${one}}}
  - {url: "http://a", http_config: {<<: *h, ${other}}}
  - {url: "http://a", http_config: {enable_http2: false}}
`,
    );
    const settings = config?.receivers[0]?.integrations.map((entry) => (entry.settings as WebhookSettings).http_config);
    return { settings, told: problems.map(({ message }) => message) };
  }

  it('joins what is in its sections', () => {
    const { settings } = clients('basic_auth: {username: a}', 'basic_auth: {password: b}');
    expect(settings?.[1]?.basic_auth).toMatchObject({ username: 'a' });
    expect(settings?.[1]?.basic_auth?.password?.reveal()).toBe('b');
    expect(settings?.[0]?.basic_auth?.password).toBeUndefined();
    expect(settings?.[2]?.basic_auth).toBeUndefined();
  });

  it('checks what is joined', () => {
    expect(clients('tls_config: {ca: a}', 'tls_config: {ca_file: b}').told).toEqual([
      'at most one of ca, ca_file or ca_ref may be set: remove all but one',
    ]);
  });

  it('replaces headers', () => {
    const { settings } = clients('http_headers: {A: {values: [b]}}', 'http_headers: {C: {values: [d]}}');
    expect(Object.keys(settings?.[1]?.http_headers ?? {})).toEqual(['C']);
  });
});
