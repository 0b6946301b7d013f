// One case for each key of each section and each kind of value that somebody might write there. Made from the schemas,
// so that no key is forgotten.

import type { FieldSpec, Kind, Schema } from '../../src/model/schema.ts';
import { globalSchema } from '../../src/receivers/settings/global.ts';
import { httpClientSchema } from '../../src/receivers/settings/http.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { type ConfigCase, PASSWORDS, withEntry, withGlobal, withHttp } from './config-frames.ts';

/** Values of every shape, whether they fit or not. */
export const SHAPES: readonly (readonly [string, string])[] = [
  ['text', 'some text'],
  ['quoted number', '"5"'],
  ['number', '5'],
  ['negative', '-3'],
  ['float', '2.5'],
  ['yes', 'yes'],
  ['true', 'true'],
  ['quoted true', '"true"'],
  ['null', '~'],
  ['nothing', ''],
  ['empty text', '""'],
  ['list', '[a]'],
  ['map', '{a: b}'],
  ['date', '2020-01-01'],
];

const FITTING: Readonly<Record<Kind, readonly string[]>> = {
  string: ['text'],
  template: ["'{{ .CommonLabels.a }}'"],
  file: ['/nowhere/file', 'relative/file'],
  secret: ['hunter2', '<secret>'],
  bool: ['false', 'on', 'Off', 'n', '!!bool yes'],
  maybe: ['false', 'NO'],
  count: ['7', '0x1F', '1_000', '010', '1e3', '-1', '18446744073709551615'],
  integer: ['7', '0', '-1001234567890', '0x1F', '-1_000', '010', '1e3', '-1.9', '9223372036854775808', '"-7"'],
  number: ['0.5'],
  duration: ['5m', '1d12h', '0', '1h1h', '1.5h', '5', '2w3d', '1y', '-5m', '300ms', '5M'],
  goDuration: ['10s', '1.5h', '1h30m', '1d', '10', '-5s', '0', '.5s', '100us', '1000000'],
  unitDuration: ['10s', '1.5h', '1h30m', '1d', '10', '"10"', '-5s', '0', '.5s', '100us', '1000000', '!!str 90s'],
  url: [
    'https://user@example.org:8080/p?q=1#f',
    'https://user:pw@example.org:8080/p?q=1#f',
    'http://[::1]:80/',
    'ftp://example.org',
    'example.org',
    'http://',
    'http://a b/',
    '"http://example.org/a b"',
    'http://example.org/%zz',
    'http://example.org:port/',
    'http://exa_mple.org',
    'HTTP://EXAMPLE.org',
    'http:example.org',
  ],
  secretUrl: ['https://example.org/x', '<secret>', 'example.org/x', '://x', 'http://example.org/?x=%'],
  secretTemplateUrl: ['http://example.org', '<secret>', "'http://example.org/{{ .GroupLabels.a }}'", 'example'],
  proxyUrl: ['http://proxy:3128', 'socks5://proxy', 'proxy:3128', '"http://u:p@proxy"', ':bad'],
  hostPort: ['localhost:25', ':25', 'localhost', 'localhost:', '"[::1]:25"', '::1:25', 'a:b:c', 'host:smtp'],
  tree: ['{a: [1, {b: c}], d: ~}', '[1, 2]'],
};

/** Values for a key, the first of which is good. */
export function fitting(spec: FieldSpec): readonly string[] {
  switch (spec.is) {
    case 'scalar':
      return FITTING[spec.kind];
    case 'choice':
      return [...spec.among, 'TLS9'];
    case 'list':
      return ['[]', '[~]', '[[a]]'];
    case 'map':
      return ['{}', '{a: }', '{a: [b]}', '{1: 2}'];
    default:
      return ['{}'];
  }
}

/** Go tells a pointer to nothing from one to an empty value; nothing depends on it but this print. */
const POINTERS = new Set([
  'global http_config: null',
  'global http_config: nothing',
  'global smtp_tls_config: null',
  'global smtp_tls_config: nothing',
  'global rocketchat_token: empty text',
  'global rocketchat_token_id: empty text',
  'http_config proxy_url: empty text',
  'http_config http_headers: {}',
  'webhook max_alerts: 18446744073709551615',
  'incidentio max_alerts: 18446744073709551615',
  'jira summary: null',
  'jira summary: nothing',
  'jira description: null',
  'jira description: nothing',
]);

/** In these places Alertmanager takes an empty entry, and then fails when it notifies. */
const EMPTY_ENTRY = { verdict: 'refused', because: 'an empty entry makes Alertmanager fail when it notifies' } as const;

/** In these it does not. */
const REFUSED_EMPTY = new Set(['responders']);

/** Go tells a pointer to an empty token from none, and then logs in with nothing. */
const EMPTY_TOKEN = { verdict: 'refused', because: 'nobody can log in with an empty token' } as const;

/** Receivers that Alertmanager does not have. */
const OWN = new Set(['ntfy', 'gotify', 'matrix', 'googlechat', 'zulip', 'twilio']);

function* keyCases(section: string, schema: Schema<unknown>, frame: (body: string) => string): Generator<ConfigCase> {
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  for (const [key, spec] of Object.entries(fields)) {
    const values = [...SHAPES, ...fitting(spec).map((value) => [value, value] as const)];
    for (const [shape, value] of values) {
      const name = `${section} ${key}: ${shape}`;
      const text = frame(`${key}: ${value}`);
      const printsDifferently = POINTERS.has(name)
        ? 'an empty value is none'
        : value.includes(':pw@') && spec.is === 'scalar' && spec.kind === 'url'
          ? PASSWORDS
          : undefined;
      const made = printsDifferently === undefined ? { name, text } : { name, text, printsDifferently };
      const emptyEntry = spec.is === 'list' && spec.of.is === 'section' && shape === '[~]' && !REFUSED_EMPTY.has(key);
      const emptyToken = /^rocketchat token(_id)?: empty text$/.test(name);
      yield emptyEntry ? { ...made, ours: EMPTY_ENTRY } : emptyToken ? { ...made, ours: EMPTY_TOKEN } : made;
    }
    yield { name: `${section} ${key} twice`, text: frame(`${key}: a\n${key}: a`) };
  }
  yield { name: `${section} without anything`, text: frame('') };
  yield { name: `${section} with a key it has not`, text: frame('no_such_key: 1') };
}

export function* allKeyCases(): Generator<ConfigCase> {
  yield* keyCases('global', globalSchema as Schema<unknown>, withGlobal);
  yield* keyCases('http_config', httpClientSchema as Schema<unknown>, withHttp);
  yield* keyCases('tls_config', tlsSchema as Schema<unknown>, (body) =>
    withHttp(body === '' ? '' : `tls_config:\n${body.replace(/^/gm, '  ')}`),
  );
  for (const { type, settings } of settingsTables.receivers) {
    if (OWN.has(type)) continue;
    yield* keyCases(type, settings, (body) => withEntry(type, body));
  }
}
