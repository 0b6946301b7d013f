// Telegram, WeChat and Microsoft Teams, told by the real Alertmanager and by ours: what arrives must be equal.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { scratch } from '../support/process.ts';
import { FLUSHES, tellByAlertmanager, tellByOurs } from '../support/receiver-bodies.ts';

const lines = '{{ range .Alerts }}{{ .Labels.instance }} {{ .StartsAt.Unix }} {{ .Annotations.text }}\n{{ end }}';
/** Longer than the provider takes, in a text that does not depend on the alerts. */
const long = (runes: number) => `🔥{{ printf "%${runes}s" .Status }}`;

const folder = scratch();
const fileWith = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
const tokens = { bot_token: TOKEN, chat_id: -1001234567890 };
const telegramCases: Readonly<Record<string, object>> = {
  plain: tokens,
  all: {
    ...tokens,
    message_thread_id: 7,
    message: `<b>{{ .Status }}</b> <a href="{{ .ExternalURL }}?a=b&c={{ .CommonLabels.team }}">x</a>\n${lines}`,
    disable_notifications: true,
  },
  markdown: { ...tokens, message: `*{{ .Status }}* ${lines}`, parse_mode: 'Markdown' },
  markdown2: { ...tokens, message: `*{{ .Status }}* ${lines}`, parse_mode: 'MarkdownV2', message_thread_id: -1 },
  bare: { ...tokens, message: `<b>${lines}`, parse_mode: '' },
  long: { ...tokens, message: long(4096), parse_mode: '' },
  'long-markdown': { ...tokens, message: long(4096), parse_mode: 'MarkdownV2' },
  'full-html': { ...tokens, message: '{{ printf "%4096s" .Status }}' },
  files: {
    bot_token_file: fileWith('token', `\n${TOKEN} \n`),
    chat_id_file: fileWith('chat', ' +0042\n'),
    message: 'm',
  },
};

const secrets = { api_secret: 's&c{{ "ret" }}', corp_id: 'corp {{ .Receiver }}' };
const wechatCases: Readonly<Record<string, object>> = {
  plain: { ...secrets, message: lines },
  all: {
    ...secrets,
    message: `*{{ .Status }}* ${lines}`,
    message_type: 'markdown',
    to_user: '{{ .CommonLabels.severity }}|b',
    to_party: '1 {{ .Status }}',
    to_tag: '<&>',
    agent_id: '1000002',
  },
  file: { corp_id: 'corp', api_secret_file: fileWith('secret', ' file-{{ "secret" }}\n'), message: 'm' },
  empty: { ...secrets, to_user: '', message: '' },
};

const teamsKeys = { title: 't {{ .Status }} <&> 🔥', text: lines };
const teamsCases: Readonly<Record<string, object>> = { plain: {}, all: teamsKeys, empty: { title: '', text: '' } };
const msteamsCases: Readonly<Record<string, object>> = {
  ...teamsCases,
  all: { ...teamsKeys, summary: 's {{ .CommonAnnotations.text }}' },
};

let sink: HttpSink;
let notifications: readonly Notification[];

/** As short as a provider's answer may be. */
function provider({ path }: SinkRequest): SinkAnswer {
  const json = (body: object) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (path.includes('/bot')) return json({ ok: true, result: { message_id: 1, chat: { id: 1 }, date: 1 } });
  if (path.includes('gettoken')) return json({ errcode: 0, access_token: 'a token', expires_in: 7200 });
  if (path.includes('message/send')) return json({ errcode: 0, errmsg: 'ok' });
  return path.includes('v2-') ? { status: 202 } : { body: '1' };
}

const messagesAt = (folderOf: string) =>
  sink.requests.filter(({ method, path }) => method === 'POST' && path.startsWith(`${folderOf}/`));

/** The entries of each type for those cases, with addresses within that folder. */
function entries(within: string, only?: string): Readonly<Record<string, readonly object[]>> {
  const of = (cases: Readonly<Record<string, object>>, prefix: string, key: string, end: string) =>
    Object.entries(cases)
      .filter(([name]) => only === undefined || only === `${prefix}-${name}`)
      .map(([name, given]) => ({
        send_resolved: true,
        [key]: sink.url(`${within}/${prefix}-${name}${end}`),
        ...given,
      }));
  return {
    telegram_configs: of(telegramCases, 'telegram', 'api_url', ''),
    wechat_configs: of(wechatCases, 'wechat', 'api_url', '/cgi'),
    msteams_configs: of(msteamsCases, 'msteams', 'webhook_url', '/hook?sig=1'),
    msteamsv2_configs: of(teamsCases, 'msteamsv2', 'webhook_url', '/hook?sig=1'),
  };
}

const names = [
  ...Object.keys(telegramCases).map((name) => `telegram-${name}`),
  ...Object.keys(wechatCases).map((name) => `wechat-${name}`),
  ...Object.keys(msteamsCases).map((name) => `msteams-${name}`),
  ...Object.keys(teamsCases).map((name) => `msteamsv2-${name}`),
];

beforeAll(async () => {
  sink = await HttpSink.start(provider);
  const given = entries('/theirs');
  const tooLong = { ...tokens, api_url: sink.url('/html'), message: `{{ printf "%4097s" "x" }}` };
  const configs = { ...given, telegram_configs: [...given['telegram_configs']!, tooLong] };
  const told = await tellByAlertmanager(configs, () => [
    ...names.map((name) => messagesAt(`/theirs/${name}`).length),
    messagesAt('/html').length,
  ]);
  notifications = told.notifications;
}, 60_000);

afterAll(async () => {
  await closeConnections();
  await sink.close();
});

describe.each(FLUSHES.map((_, i) => i))('notification %i', (flush) => {
  it.each(names)('is the same: %s', async (name) => {
    const before = sink.requests.length;
    await tellByOurs(entries('/ours', name), notifications[flush]!);
    const theirs = messagesAt(`/theirs/${name}`)[flush];
    const ours = messagesAt(`/ours/${name}`).at(-1);
    expect(ours?.body).toBe(theirs?.body);
    expect(ours?.path.replace('/ours/', '/theirs/')).toBe(theirs?.path);
    expect(ours?.headers['content-type']).toBe(theirs?.headers['content-type']);
    expect(sink.requests.length - before).toBe(name.startsWith('wechat') ? 2 : 1);
  });
});

describe('WeChat', () => {
  it.each(Object.keys(wechatCases))('is asked for a token in the same way: %s', (name) => {
    const [theirs, ours] = ['theirs', 'ours'].map((whose) => {
      const path = `/${whose}/wechat-${name}/cgi/gettoken?`;
      const asked = sink.requests.find((request) => request.path.startsWith(path));
      return { method: asked?.method, query: [...new URLSearchParams(asked?.path.slice(path.length))] };
    });
    expect(theirs?.query).toHaveLength(2);
    expect(ours).toEqual(theirs);
  });
});

describe('Telegram', () => {
  it('is told of the alerts where Alertmanager says that the text is too long', async () => {
    expect(messagesAt('/html')[0]?.body).toMatch(/"text":"Alertmanager notification could not be sent: message length/);
    const entry = { ...tokens, api_url: sink.url('/ours/html'), message: `{{ .Status }}{{ printf "%4097s" "x" }}` };
    await tellByOurs({ telegram_configs: [entry] }, notifications[0]!);
    expect(messagesAt('/ours/html')[0]?.body).toMatch(/"text":"firing {4089}…"/);
  });
});
