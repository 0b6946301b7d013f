// No secret is in anything that is shown: a marker in every place that holds one, in good and in bad forms, must not be
// found in the printed configuration or in a message.

import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { withoutPasswords } from '../../src/config/url.ts';
import type { FieldSpec, Kind, Schema } from '../../src/model/schema.ts';
import { globalSchema } from '../../src/receivers/settings/global.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { NEEDED, whole, withEntry, withGlobal } from '../conformance/config-frames.ts';

const MARKER = 'hunter2sesame';

/** What the operator reads of a configuration, and whether it is accepted. */
function shown(text: string): { readonly words: string; readonly accepted: boolean } {
  const options = { file: 'am.yml', tables: settingsTables, mode: 'fallback', hints: true } as const;
  const { config, problems } = parseConfig(text, options);
  const words = JSON.stringify([config?.original, problems]);
  return { words, accepted: config !== undefined };
}

const GOOD: Partial<Record<Kind, string>> = {
  secret: MARKER,
  secretUrl: `https://user:${MARKER}@example.org/${MARKER}?token=${MARKER}`,
  secretTemplateUrl: `https://example.org/${MARKER}?token=${MARKER}`,
  proxyUrl: `http://user:${MARKER}@proxy:3128`,
  url: `https://user:${MARKER}@example.org/`,
  // A text may hold a URL, or be taken for one.
  string: `https://user:${MARKER}@example.org/`,
  template: `https://user:${MARKER}@example.org/{{ .Status }}`,
  file: `https://user:${MARKER}@example.org/`,
  tree: `https://user:${MARKER}@example.org/`,
};

/** What is no secret as a whole may be shown, but for a password in it. */
const OPEN: readonly Kind[] = ['url', 'proxyUrl', 'string', 'template', 'file', 'tree'];

/** Forms that are refused, or accepted by chance. */
const BAD: readonly string[] = [
  ...[`[${MARKER}]`, `{a: ${MARKER}}`, `{${MARKER}: a}`, `[[${MARKER}]]`, `[{a: ${MARKER}}]`, `"${MARKER}\\x00"`],
  ...[
    `!!int ${MARKER}`,
    `!!binary ${MARKER}`,
    `!!bool ${MARKER}`,
    `!own ${MARKER}`,
    `'{{ ${MARKER}'`,
    `'{{ .${MARKER} | }}'`,
  ],
  ...[`"http://{{ ${MARKER} \\"}}"`, `"http://${MARKER} x/"`, `http://user:${MARKER}@/`, `"http://user:${MARKER} @h/"`],
  ...[`"http://user:${MARKER}%zz@h/"`, `ftp://user:${MARKER}@h/`, `http://h:${MARKER}/`, `"http://[${MARKER}/"`],
  ...[`"http://h/%zz${MARKER}"`, `"http://user:${MARKER}[@h/"`, `"user:${MARKER}@h:80"`, `"http:user:${MARKER}@h"`],
];

/** Every place of a secret below a section, as keys from the section down; a number is a place in a list. */
function* places(schema: Schema<unknown>, depth = 0): Generator<{ path: (string | number)[]; kind: Kind }> {
  for (const [key, spec] of Object.entries<FieldSpec>(schema.fields)) yield* below(spec, [key], depth);
}

function* below(
  spec: FieldSpec,
  path: (string | number)[],
  depth: number,
): Generator<{ path: (string | number)[]; kind: Kind }> {
  if (spec.is === 'scalar' && GOOD[spec.kind] !== undefined) yield { path, kind: spec.kind };
  if (spec.is === 'list') yield* below(spec.of, [...path, 0], depth);
  if (spec.is === 'map') yield* below(spec.of, [...path, 'X-Name'], depth);
  if (spec.is === 'section' && depth < 5) {
    for (const inner of places(spec.of, depth + 1)) yield { ...inner, path: [...path, ...inner.path] };
  }
}

/** What some keys need beside them. */
const BESIDE: Readonly<Record<string, string>> = {
  client_id: 'token_url: b',
  token_url: 'client_id: a',
  client_secret: 'client_id: a, token_url: b',
  client_secret_file: 'client_id: a, token_url: b',
  client_certificate_key_file: 'client_id: a, token_url: b',
  endpoint_params: 'client_id: a, token_url: b',
  audience: 'client_id: a, token_url: b',
  claims: 'client_id: a, token_url: b',
  scopes: 'client_id: a, token_url: b',
  iss: 'client_id: a, token_url: b',
  client_certificate_key: 'client_id: a, token_url: b',
  proxy_connect_header: 'proxy_from_environment: true',
  key: 'cert: a',
  secret_key: 'access_key: a',
};

function nested(path: readonly (string | number)[], value: string): string {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === 'number') return `[${nested(rest, value)}]`;
  const beside = BESIDE[first];
  return `{${first}: ${nested(rest, value)}${beside === undefined ? '' : `, ${beside}`}}`;
}

/** The outermost key on a line of its own, so that frames can see it. */
function body(path: readonly (string | number)[], value: string): string {
  const [first, ...rest] = path;
  return `${first}: ${nested(rest, value)}`;
}

interface Frame {
  readonly name: string;
  readonly schema: Schema<unknown>;
  readonly text: (body: string) => string;
}

/** What an entry needs of the receivers that Alertmanager does not have, as far as it is known here. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  ntfy: ['topic: t'],
  gotify: ['url: http://a', 'token: t'],
  matrix: ['homeserver_url: http://a', 'room_id: r', 'access_token: t'],
  googlechat: ['url: http://a'],
  zulip: ['url: http://a', 'bot_email: b', 'to: c', 'api_key: k'],
  twilio: ['account_sid: a', 'to: [b]', 'auth_token: t', 'from: c'],
};

function ownEntry(type: string, given: string): string {
  const key = given.slice(0, given.indexOf(':') + 1);
  const lines = [...(OWN[type] ?? []).filter((line) => !line.startsWith(key)), given];
  return `route: {receiver: r}\nreceivers:\n- name: r\n  ${type}_configs:\n  - ${lines.join('\n    ')}\n`;
}

const frames: readonly Frame[] = [
  { name: 'global', schema: globalSchema as Schema<unknown>, text: withGlobal },
  ...settingsTables.receivers.map(({ type, settings }) => ({
    name: type,
    schema: settings,
    text: (given: string) => (type in NEEDED ? withEntry(type, given) : ownEntry(type, given)),
  })),
];

describe.each(frames)('secrets of $name', ({ name, schema, text }) => {
  // The HTTP client is the same everywhere: looked at in one of them.
  const all = [...places(schema)].filter(({ path }) => path[0] !== 'http_config' || name === 'webhook');

  it('are somewhere', () => {
    expect(all.length).toBeGreaterThan(0);
  });

  it('are not shown when they are good', () => {
    let accepted = 0;
    for (const { path, kind } of all) {
      const result = shown(text(body(path, `"${GOOD[kind]}"`)));
      if (result.accepted) accepted++;
      if (result.words.includes(MARKER)) expect.fail(`${path.join('.')} is shown: ${result.words}`);
    }
    // Where an entry has its own way to authorize, an HTTP client with another one is refused.
    const least =
      name === 'webex' || !(name in NEEDED || name in OWN || name === 'global') ? 0 : name in OWN ? 1 : all.length / 2;
    expect(accepted).toBeGreaterThanOrEqual(least);
  });

  it('are not shown when they are not', () => {
    for (const { path, kind } of all) {
      for (const value of BAD) {
        if (OPEN.includes(kind) && !/user:hunter2sesame.*@/.test(value)) continue;
        // Where nothing must be a URL, words with a space between them are none.
        if (value.includes(' @') && !['url', 'proxyUrl'].includes(kind)) continue;
        // A path is joined to another, and without its scheme nobody sees that it was a URL.
        if (kind === 'file' && !value.includes('//')) continue;
        const { words } = shown(text(body(path, value)));
        if (words.includes(MARKER)) expect.fail(`${kind} ${path.join('.')}: ${value} is shown: ${words}`);
      }
    }
  });
});

describe('secrets elsewhere', () => {
  it.each([
    `event_recorder: {webhook_outputs: [{url: "http://example.org/${MARKER}"}]}`,
    `event_recorder: {webhook_outputs: [{url: "http://example.org", http_config: {bearer_token: ${MARKER}}}]}`,
    `tracing: {endpoint: x, headers: {A: {secrets: [${MARKER}]}}}`,
    `tracing: {endpoint: x, tls_config: {cert: c, key: ${MARKER}}}`,
  ])('are not shown: %s', (text) => {
    const { words, accepted } = shown(whole(text));
    expect(accepted).toBe(true);
    expect(words).not.toContain(MARKER);
  });

  it.each([
    ['token_url as it is', 'http://joe:hunter2sesame@auth/token', 'http://joe:xxxxx@auth/token'],
    [
      'a template',
      'http://{{ .Receiver }}:hunter2sesame@h/{{ .Status }}',
      'http://{{ .Receiver }}:xxxxx@h/{{ .Status }}',
    ],
    ['several', 'a http://a:hunter2sesame@b, https://:hunter2sesame@c/d', 'a http://a:xxxxx@b, https://:xxxxx@c/d'],
    ['signs that ought to be escaped', 'http://a:hunter2sesame/?#@b@c/d', 'http://a:xxxxx@c/d'],
    ['a name from outside', 'http://$' + '{U:-a}:hunter2sesame@h', 'http://$' + '{U:-a}:xxxxx@h'],
    ['no scheme', 'joe:hunter2sesame@auth:80/token', 'joe:xxxxx@auth:80/token'],
    ['a port', 'http://auth:80/@joe/x:y@z', 'http://auth:80/@joe/x:y@z'],
    ['an address', 'mailto:joe@example.org', 'mailto:joe@example.org'],
    ['addresses', 'Joe: joe@example.org, x:y@z', 'Joe: joe@example.org, x:y@z'],
    ['a name alone', 'http://joe@example.org/', 'http://joe@example.org/'],
  ])('are masked in texts, and nothing else: %s', (_what, text, expected) => {
    expect(withoutPasswords(text)).toBe(expected);
  });

  it('are masked in variables that are printed as they are written', () => {
    const text = withGlobal(`opsgenie_api_url: http://joe:${MARKER}@\${HOST}/`);
    const lookup = { variable: () => 'example.org', file: () => 'x' };
    const options = { file: 'am.yml', tables: settingsTables, mode: 'fallback', lookup } as const;
    const { config } = parseConfig(text, options);
    expect(config?.original).toContain('opsgenie_api_url: http://joe:xxxxx@$' + '{HOST}/\n');
  });

  it('are not shown where YAML ends in the middle of one', () => {
    for (const value of [
      `"${MARKER}`,
      `'${MARKER}`,
      `[${MARKER}`,
      `{${MARKER}`,
      `@${MARKER}`,
      `%${MARKER}`,
      `"\\q${MARKER}"`,
    ]) {
      for (const text of [withGlobal(`smtp_auth_password: ${value}`), withGlobal(`slack_api_url ${value}`)]) {
        const { words, accepted } = shown(text);
        expect(accepted).toBe(false);
        expect(words).not.toContain(MARKER);
      }
    }
  });

  it('are not shown where their key is misspelt or they stand in the wrong place', () => {
    for (const text of [
      withGlobal(`smtp_auth_pasword: ${MARKER}`),
      withEntry('slack', `api_urll: http://a/${MARKER}`),
      `route: {receiver: r}\nreceivers: [{name: r, slack_configs: [http://a/${MARKER}]}]\n`,
      `route: {receiver: r}\nreceivers: [{name: r, slack_configs: http://a/${MARKER}}]\n`,
      `route: {receiver: r}\nreceivers: [{name: r, webhook_configs: [{url: http://a, http_config: ${MARKER}}]}]\n`,
      `route: {receiver: r}\nreceivers: [{name: r, webhook_configs: [{url: http://a, http_config: {basic_auth: ${MARKER}}}]}]\n`,
    ]) {
      const { words, accepted } = shown(text);
      expect(accepted).toBe(false);
      expect(words).not.toContain(MARKER);
    }
  });
});
