// For every receiver: entries of the configuration that between them have all of its secrets, how its provider says yes,
// and how much the provider takes. One place, so that a test of all receivers forgets none.

import { runeCount } from '../../src/receivers/truncate.ts';
import type { SinkAnswer, SinkRequest } from './http-sink.ts';

/** Where stand-ins listen. */
export interface Stands {
  /** `http://127.0.0.1:PORT` followed by the path. */
  url(path?: string): string;
  /** `127.0.0.1:PORT` of a mail server. */
  readonly smarthost: string;
  /** An `http_config` that leads to a stand-in under the provider's own name, for addresses that are fixed. */
  readonly detour: object;
}

/** What was counted, how much it is, and how much it may be. */
export type Size = readonly [what: string, size: number, most: number];

export interface Row {
  /** Every value that is a secret comes from `secret`, or from `secretUrl` where it is an address. */
  entries(stands: Stands): readonly object[];
  readonly accepts?: (request: SinkRequest) => SinkAnswer;
  /** Of one request. */
  readonly sizes?: (request: SinkRequest) => readonly Size[];
  /** How what goes out says how many alerts it leaves out; nothing where its defaults name no alerts, or all of them. */
  readonly tellsOfRest?: RegExp;
}

/** What all secrets begin with: no other text does. Some of what follows is written differently in URLs. */
export const CORE = 'm4rk3r';

let count = 0;

export function secret(): string {
  return `${CORE}${++count}-s3cr3t+&/=${count}`;
}

function path(): string {
  return `/hooks/${CORE}${++count}-p4th/${CORE}${++count}-t41l`;
}

const bytes = (text: string) => Buffer.byteLength(text);
const json = (body: unknown, status = 200): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const said = (body: unknown) => () => json(body);
const form = ({ body }: SinkRequest) => new URLSearchParams(body);

/** Everything that is not there counts as nothing. */
function at(request: SinkRequest, ...keys: readonly (string | number)[]): string {
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    return '';
  }
  for (const key of keys) value = (value as Readonly<Record<string, unknown>> | undefined | null)?.[key];
  return typeof value === 'string' ? value : '';
}

/** The parameters of a request to Pushover, wherever they stand. */
function pushed(request: SinkRequest): URLSearchParams {
  return new URLSearchParams(request.body === '' ? request.path.split('?')[1] : request.body);
}

/** Either the secret itself or the file that it stands in, which the test makes up. */
const eitherOf = (key: string, rest: object): object[] => [
  { ...rest, [key]: secret() },
  { ...rest, [`${key}_file`]: '/a/file' },
];
const hook =
  (key: string, rest: object = {}) =>
  (stands: Stands) => [
    { ...rest, [key]: stands.url(path()) },
    { ...rest, [`${key}_file`]: '/a/url' },
  ];

/** For each `*_configs`. */
export const table: Readonly<Record<string, Row>> = {
  discord: {
    entries: hook('webhook_url'),
    accepts: () => ({ status: 204 }),
    sizes: (request) => {
      const [title, text, content] = [
        at(request, 'embeds', 0, 'title'),
        at(request, 'embeds', 0, 'description'),
        at(request, 'content'),
      ].map(runeCount) as [number, number, number];
      return [
        ['title', title, 256],
        ['description', text, 4096],
        ['content', content, 2000],
        ['embed', title + text, 6000],
      ];
    },
    tellsOfRest: /\+\d+ more: http/,
  },
  email: {
    entries: ({ smarthost }) => {
      const mail = { to: 'a@example.org', from: 'b@example.org', smarthost, require_tls: false, auth_username: 'user' };
      return [
        ...eitherOf('auth_password', mail),
        { ...mail, auth_secret: secret(), auth_password: secret() },
        { ...mail, auth_secret_file: '/a/file', auth_password_file: '/a/file' },
      ];
    },
  },
  incidentio: {
    entries: ({ url }) => eitherOf('alert_source_token', { url: url('/incidents') }),
    sizes: ({ body }) => [['body', bytes(body), 512 * 1024]],
    tellsOfRest: /"truncatedAlerts":\d/,
  },
  pagerduty: {
    entries: ({ url, detour }) => [
      ...eitherOf('routing_key', { url: url('/v2/enqueue') }),
      ...eitherOf('service_key', { http_config: detour }),
    ],
    accepts: () => ({ status: 202 }),
    sizes: (request) => [
      ['event', bytes(request.body), 512_000],
      ['summary', runeCount(at(request, 'payload', 'summary')), 1024],
      ['description', runeCount(at(request, 'description')), 1024],
    ],
    tellsOfRest: /\+\d+ more: http/,
  },
  slack: {
    entries: (stands) => [
      ...hook('api_url', { channel: '#ops' })(stands),
      ...eitherOf('app_token', { app_url: stands.url('/api/chat.postMessage'), channel: '#ops' }),
    ],
    accepts: () => ({ body: 'ok' }),
    sizes: (request) => [
      ['title', runeCount(at(request, 'attachments', 0, 'title')), 1024],
      ['text', runeCount(at(request, 'attachments', 0, 'text')), 12_000],
    ],
  },
  webhook: {
    entries: (stands) => {
      const url = stands.url('/hook');
      const withHttp = (http_config: object) => ({ url, http_config });
      return [
        ...hook('url')(stands),
        withHttp({ authorization: { credentials: secret() } }),
        withHttp({ authorization: { type: 'Key', credentials_file: '/a/file' } }),
        withHttp({ basic_auth: { username: 'user', password: secret() } }),
        withHttp({ basic_auth: { username: 'user', password_file: '/a/file' } }),
        withHttp({ bearer_token: secret() }),
        withHttp({ http_headers: { 'X-Key': { secrets: [secret()] }, 'X-File': { files: ['/a/file'] } } }),
        withHttp({ oauth2: { client_id: 'client', client_secret: secret(), token_url: stands.url('/token') } }),
        withHttp({ oauth2: { client_id: 'client', client_secret_file: '/a/file', token_url: stands.url('/token') } }),
      ];
    },
  },
  opsgenie: {
    entries: ({ url }) => eitherOf('api_key', { api_url: url('/') }),
    accepts: () => json({ result: 'Request will be processed' }, 202),
    sizes: (request) => [
      ['message', runeCount(at(request, 'message')), 130],
      ['description', runeCount(at(request, 'description')), 15_000],
    ],
    tellsOfRest: /\+\d+ more: http/,
  },
  wechat: {
    entries: ({ url }) => eitherOf('api_secret', { api_url: url('/'), corp_id: 'corp', to_user: '@all' }),
    accepts: ({ path: asked }) =>
      asked.startsWith('/gettoken')
        ? json({ errcode: 0, access_token: secret(), expires_in: 7200 })
        : json({ errcode: 0 }),
    sizes: (request) => [
      ['text', bytes(at(request, 'text', 'content')), 2048],
      ['markdown', bytes(at(request, 'markdown', 'content')), 2048],
    ],
    tellsOfRest: /\+\d+ more: http/,
  },
  pushover: {
    entries: ({ detour }) => [
      { http_config: detour, token: secret(), user_key: secret() },
      { http_config: detour, token_file: '/a/file', user_key_file: '/a/file' },
    ],
    accepts: said({ status: 1, receipt: 'r'.repeat(30) }),
    sizes: (request) =>
      Object.entries({ title: 250, message: 1024, url: 512, url_title: 100 }).map(([name, most]) => [
        name,
        runeCount(pushed(request).get(name) ?? ''),
        most,
      ]),
    tellsOfRest: /\+\d+ more: http/,
  },
  victorops: {
    entries: ({ url }) => eitherOf('api_key', { api_url: url('/alert/'), routing_key: 'team' }),
    sizes: (request) => [['state_message', runeCount(at(request, 'state_message')), 20_480]],
    tellsOfRest: /\+\d+ more: http/,
  },
  sns: {
    entries: ({ url }) => [
      {
        api_url: url('/'),
        topic_arn: 'arn:aws:sns:us-east-1:123456789012:topic',
        sigv4: { region: 'us-east-1', access_key: 'AKIDEXAMPLE', secret_key: secret() },
      },
    ],
    accepts: () => ({ body: '<PublishResponse/>' }),
    sizes: (request) => [
      ['Message', bytes(form(request).get('Message') ?? ''), 256 * 1024],
      ['Subject', runeCount(form(request).get('Subject') ?? ''), 99],
    ],
    tellsOfRest: /\+\d+ more: http/,
  },
  telegram: {
    entries: ({ url }) => eitherOf('bot_token', { api_url: url(''), chat_id: -1001 }),
    accepts: said({ ok: true, result: {} }),
    sizes: (request) => [['text', runeCount(at(request, 'text')), 4096]],
    tellsOfRest: /\+\d+ more: http/,
  },
  webex: {
    entries: ({ url }) => [
      { api_url: url('/'), room_id: 'room', http_config: { authorization: { credentials: secret() } } },
    ],
    sizes: (request) => [['markdown', bytes(at(request, 'markdown')), 7439]],
    tellsOfRest: /\+\d+ more: http/,
  },
  msteams: {
    entries: hook('webhook_url'),
    sizes: ({ body }) => [['body', bytes(body), 28_000]],
    tellsOfRest: /\+\d+ more: http/,
  },
  msteamsv2: {
    entries: hook('webhook_url'),
    accepts: () => ({ status: 202 }),
    sizes: ({ body }) => [['body', bytes(body), 28_000]],
    tellsOfRest: /\+\d+ more: http/,
  },
  jira: {
    entries: ({ url }) => [
      {
        api_url: url('/rest/api/2'),
        project: 'OPS',
        issue_type: 'Bug',
        http_config: { basic_auth: { username: 'user', password: secret() } },
      },
    ],
    accepts: ({ path: asked }) => (asked.endsWith('/search') ? json({ issues: [] }) : json({ id: '10001' }, 201)),
    sizes: (request) => [
      ['summary', runeCount(at(request, 'fields', 'summary')), 255],
      ['description', runeCount(at(request, 'fields', 'description')), 32_767],
    ],
    tellsOfRest: /\+\d+ more: http/,
  },
  rocketchat: {
    entries: ({ url }) => [
      { api_url: url('/'), channel: '#ops', token: secret(), token_id: secret() },
      { api_url: url('/'), channel: '#ops', token_file: '/a/file', token_id_file: '/a/file' },
    ],
    accepts: said({ success: true }),
    sizes: (request) => [['title', runeCount(at(request, 'attachments', 0, 'title')), 1024]],
  },
  mattermost: {
    entries: hook('webhook_url'),
    accepts: () => ({ body: 'ok' }),
    sizes: (request) => [
      ['body', bytes(request.body), 300_000],
      ['text', runeCount(at(request, 'text')), 16_383],
    ],
    tellsOfRest: /\+\d+ more: http/,
  },
  ntfy: {
    entries: ({ url }) => [
      {
        url: url('/'),
        topic: secret(),
        token: secret(),
        actions: [{ action: 'http', label: 'a', url: 'https://example.org', headers: { 'X-Key': secret() } }],
      },
      { url: url('/'), topic_file: '/a/file', token_file: '/a/file' },
    ],
    accepts: said({ id: '1', event: 'message' }),
    sizes: (request) => [['message', bytes(at(request, 'message')), 4096]],
    tellsOfRest: /\+\d+ more: http/,
  },
  gotify: {
    entries: ({ url }) => eitherOf('token', { url: url('/') }),
    accepts: said({ id: 1 }),
    sizes: (request) => [['message', bytes(at(request, 'message')), 65_535]],
    tellsOfRest: /\+\d+ more: http/,
  },
  matrix: {
    entries: ({ url }) => eitherOf('access_token', { homeserver_url: url('/'), room_id: '!room:example.org' }),
    accepts: said({ event_id: '$1' }),
    // As homeservers count: in JSON that escapes nothing that need not be.
    sizes: ({ body }) => [['event', bytes(JSON.stringify(JSON.parse(body))), 65_000]],
    tellsOfRest: /\+\d+ more: http/,
  },
  googlechat: {
    entries: hook('url'),
    accepts: said({ name: 'spaces/x/messages/y' }),
    sizes: ({ body }) => [['message', bytes(body), 32_000]],
    tellsOfRest: /\+\d+ more: http/,
  },
  zulip: {
    entries: ({ url }) => eitherOf('api_key', { url: url('/'), bot_email: 'bot@example.org', to: 'ops' }),
    accepts: said({ result: 'success', msg: '', id: 1 }),
    sizes: (request) => [
      ['topic', runeCount(form(request).get('topic') ?? ''), 60],
      ['content', runeCount(form(request).get('content') ?? ''), 10_000],
    ],
    tellsOfRest: /\+\d+ more: http/,
  },
  twilio: {
    entries: ({ url }) => [
      ...eitherOf('auth_token', { url: url('/'), account_sid: 'AC1', from: '+1501', to: ['+1415'] }),
      ...eitherOf('api_key_secret', {
        url: url('/'),
        account_sid: 'AC1',
        api_key: 'SK1',
        messaging_service_sid: 'MG1',
        to: ['+1415'],
      }),
    ],
    accepts: () => json({ sid: 'SM1', status: 'queued' }, 201),
    sizes: (request) => [['Body', (form(request).get('Body') ?? '').length, 1600]],
  },
};
