// Which secret is sent when an entry of a receiver gives one and `global` gives another one in the other form: by the real
// Alertmanager and by ours. Where it is not the entry's own, and only there, the configuration says so.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { HttpSink } from '../support/http-sink.ts';
import { type Kind, type Server, scratch, startServer } from '../support/process.ts';

interface Pair {
  readonly type: string;
  /** The key of the entry, without `_file`; that of `global`; what else the entry needs. */
  readonly own: string;
  readonly global: string;
  readonly entry: string;
  /** Where the provider is. */
  readonly api: (url: string) => string;
  /** URLs in place of words, where the secret is where to send. */
  readonly isUrl?: true;
}

const pairs: readonly Pair[] = [
  { type: 'opsgenie', own: 'api_key', global: 'opsgenie_api_key', entry: '', api: (url) => `api_url: ${url}` },
  {
    type: 'victorops',
    own: 'api_key',
    global: 'victorops_api_key',
    entry: 'routing_key: k',
    api: (url) => `api_url: ${url}`,
  },
  ...(['token', 'token_id'] as const).map((own) => ({
    type: 'rocketchat',
    own,
    global: `rocketchat_${own}`,
    entry: own === 'token' ? 'token_id: x' : 'token: x',
    api: (url: string) => `api_url: ${url}`,
  })),
  {
    type: 'wechat',
    own: 'api_secret',
    global: 'wechat_api_secret',
    entry: 'corp_id: c',
    api: (url) => `api_url: ${url}`,
  },
  {
    type: 'telegram',
    own: 'bot_token',
    global: 'telegram_bot_token',
    entry: 'chat_id: 1',
    api: (url) => `api_url: ${url}`,
  },
  {
    type: 'mattermost',
    own: 'webhook_url',
    global: 'mattermost_webhook_url',
    entry: '',
    api: () => 'send_resolved: false',
    isUrl: true,
  },
  { type: 'slack', own: 'api_url', global: 'slack_api_url', entry: '', api: () => 'send_resolved: false', isUrl: true },
  {
    type: 'slack',
    own: 'api_url',
    global: 'slack_app_token',
    entry: '',
    api: (url) => `app_url: ${url}globalsecret`,
    isUrl: true,
  },
];

const forms = ['', '_file'] as const;
const cases = pairs.flatMap((pair) =>
  forms.flatMap((own) => forms.map((global) => ({ ...pair, own: pair.own + own, global: pair.global + global }))),
);

let sink: HttpSink;
const folder = scratch();
const servers: Server[] = [];

function secret(name: string, { isUrl }: Pair): string {
  return isUrl === true ? `${sink.url()}${name}` : name;
}

/** The value itself, or the name of a file with it. */
function given(key: string, value: string): string {
  if (!key.endsWith('_file')) return value;
  const file = join(folder, `${key}-${value.replace(/\W/g, '')}`);
  writeFileSync(file, value);
  return file;
}

function configOf(pair: Pair): string {
  return [
    'global:',
    `  ${pair.global}: ${given(pair.global, secret('globalsecret', pair))}`,
    'route: {receiver: r, group_wait: 0s}',
    'receivers:',
    '- name: r',
    `  ${pair.type}_configs:`,
    `  - ${pair.own}: ${given(pair.own, secret('ownsecret', pair))}`,
    `    ${pair.api(sink.url())}`,
    ...(pair.entry === '' ? [] : [`    ${pair.entry}`]),
    '',
  ].join('\n');
}

let alerts = 0;

/** Whether the entry's own secret is what arrives. */
async function sends(kind: Kind, pair: Pair): Promise<'own' | 'global'> {
  const from = sink.requests.length;
  const server = await startServer({ kind, config: configOf(pair) });
  servers.push(server);
  await fetch(`${server.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname: `a${alerts++}` } }]),
  });
  await sink.arrived(from + 1);
  await server.stop();
  const seen = sink.requests.slice(from).map(({ path, headers, body }) => JSON.stringify([path, headers, body]));
  const told = [...new Set(seen.join('').match(/(own|global)secret/g))];
  expect(told).toHaveLength(1);
  return told[0] === 'ownsecret' ? 'own' : 'global';
}

beforeAll(async () => {
  sink = await HttpSink.start({
    headers: { 'content-type': 'application/json' },
    body: '{"ok":true,"success":true,"errcode":0,"access_token":"t","result":{"message_id":1,"chat":{"id":1}}}',
  });
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await sink.close();
});

describe('what an entry gives beside what global gives', () => {
  it.each(cases)('$type: $own beside $global', async (pair) => {
    const real = await sends('alertmanager', pair);
    expect(await sends('tocsin', pair)).toBe(real);
    const { config, problems } = parseConfig(configOf(pair), {
      file: join(folder, 'am.yml'),
      tables: settingsTables,
      mode: 'fallback',
    });
    expect(config).toBeDefined();
    const told = problems.filter(({ code }) => code === 'outranked-by-global');
    expect(told.map(({ path }) => path)).toEqual(
      real === 'own' ? [] : [`receivers[0].${pair.type}_configs[0].${pair.own}`],
    );
  });
});
