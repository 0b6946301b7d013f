import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare } from '../../src/receivers/index.ts';
import { type RocketchatSettings, rocketchatSchema } from '../../src/receivers/settings/rocketchat.ts';
import type { Templates } from '../../src/template/templates.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

let templates: Templates;
let server: HttpSink | undefined;

beforeAll(() => {
  templates = defaultTemplates();
});

afterEach(async () => {
  await closeConnections();
  await server?.close();
});

const down = (instance: string) => firing({ alertname: 'Down', instance }, { summary: `<${instance}> & "down"` });
const up = (instance: string) => resolved({ alertname: 'Down', instance }, { summary: `<${instance}> & "down"` });
const firingOnes = notificationOf([down('a'), down('b')]);

function prepared(given: Partial<RocketchatSettings>, notification: Notification = firingOnes) {
  const settings = settingsOf(rocketchatSchema, {
    http_config: httpSettings(),
    api_url: server?.url('/') ?? 'http://127.0.0.1:1/',
    token: new Secret('secret-token'),
    token_id: new Secret('secret-user-id'),
    channel: '#ops',
    ...given,
  });
  return prepare({ type: 'rocketchat', index: 0, sendResolved: true, settings }, notification, templates);
}

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** The REST API's chat.postMessage: https://developer.rocket.chat/apidocs/post-message. */
function rocketchatServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (method !== 'POST' || path !== '/api/v1/chat.postMessage') return json(404, { success: false, error: 'not here' });
  if (headers['x-auth-token'] !== 'secret-token' || headers['x-user-id'] !== 'secret-user-id') {
    return json(401, { status: 'error', message: `You must be logged in: ${String(headers['x-auth-token'])}` });
  }
  const message = JSON.parse(body) as Record<string, unknown>;
  const refused = (error: string) => json(400, { success: false, error });
  if (typeof message['channel'] !== 'string') return refused('[invalid-channel]');
  if (message['channel'] === '#nowhere') return json(200, { success: false, error: '[invalid-channel]' });
  for (const key of ['text', 'alias', 'emoji', 'avatar']) {
    if (typeof (message[key] ?? '') !== 'string') return refused(`${key} must be a string`);
  }
  const attachments = message['attachments'] as Record<string, unknown>[];
  for (const attachment of attachments) {
    for (const key of ['title', 'title_link', 'text', 'image_url', 'thumb_url', 'color']) {
      if (typeof (attachment[key] ?? '') !== 'string') return refused(`${key} must be a string`);
    }
    for (const field of (attachment['fields'] ?? []) as Record<string, unknown>[]) {
      if (typeof field['short'] !== 'boolean') return refused('short must be a boolean');
      if (typeof field['title'] !== 'string' || typeof field['value'] !== 'string')
        return refused('a field needs both');
    }
    for (const action of (attachment['actions'] ?? []) as Record<string, unknown>[]) {
      if (action['type'] !== 'button') return refused('only buttons');
    }
  }
  return json(200, { success: true, ts: 1, channel: message['channel'], message: { _id: 'x' } });
}

const every: Partial<RocketchatSettings> = {
  channel: '#{{ .GroupLabels.alertname }}',
  color: '{{ if eq .Status "firing" }}#ff0000{{ end }}',
  title: `{{ .Status }} ${'t'.repeat(1100)}`,
  title_link: 'tl {{ .Status }}',
  text: '{{ range .Alerts }}{{ .Labels.instance }} {{ end }}',
  fields: [
    { title: 'A {{ .Status }}', value: '{{ .Alerts | len }}', short: undefined },
    { title: 'B', value: 'b', short: false },
  ],
  short_fields: true,
  emoji: ':{{ .Status }}:',
  icon_url: 'http://icon/{{ .Status }}',
  image_url: 'im {{ .Status }}',
  thumb_url: 'th',
  link_names: true,
  actions: [
    {
      type: 'link',
      text: 'Go {{ .Status }}',
      url: 'http://go/{{ .Status }}',
      imageurl: 'x',
      iswebview: true,
      webviewheightratio: 'full',
      msg: 'say {{ .Status }}',
      msginchatwindow: true,
      msgprocessingtype: 'sendMessage',
    },
  ],
};

describe('a message for Rocket.Chat', () => {
  it.each([
    ['firing', firingOnes],
    ['resolved', notificationOf([up('a'), up('b')])],
    ['mixed', notificationOf([down('a'), up('b')])],
    ['huge', notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)))],
  ])('with its defaults, %s', (_name, notification) => {
    expect(prepared({}, notification).preview).toMatchSnapshot();
  });

  it('with every key', () => {
    expect(prepared(every).preview).toMatchSnapshot();
  });

  it('is plain when a template fails, in the channel that is meant', () => {
    const { preview, renderError } = prepared({ ...every, title: '{{ .Nonsense }}' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
  });
});

describe('sending to Rocket.Chat', () => {
  it.each([
    ['its defaults', {}],
    ['every key', every],
    ['a failing template', { text: '{{ .Nonsense }}' }],
  ])('is accepted with %s', async (_name, given) => {
    server = await HttpSink.start(rocketchatServer);
    expect(await prepared(given).send(attemptIO())).toMatchObject({ ok: true });
    expect(server.requests.length).toBe(1);
  });

  it.each([
    ['', '/api/v1/chat.postMessage'],
    ['/chat', '/chat/api/v1/chat.postMessage'],
    ['/a//b/../chat/?x=1', '/a/chat/api/v1/chat.postMessage?x=1'],
  ])('goes below the path of %j', async (base, path) => {
    server = await HttpSink.start(json(200, { success: true }));
    expect(await prepared({ api_url: server.url(base) }).send(attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]?.path).toBe(path);
  });

  it('takes tokens from files, which go before what stands in the configuration', async () => {
    server = await HttpSink.start(rocketchatServer);
    const files: Readonly<Record<string, string>> = { '/t': ' secret-token\n', '/i': 'secret-user-id' };
    const io = attemptIO({
      readFile: async (path) => files[path] ?? Promise.reject(new Error(`${path} is not there`)),
    });
    const given = { token: new Secret('another'), token_file: '/t', token_id: undefined, token_id_file: '/i' };
    expect(await prepared(given).send(io)).toEqual({ ok: true });
    expect(await prepared({ ...given, token_file: '/gone' }).send(io)).toMatchObject({
      ok: false,
      retry: false,
      message: '/gone is not there',
    });
  });

  it('tells of a refusal without the token', async () => {
    server = await HttpSink.start(rocketchatServer);
    expect(await prepared({ token: new Secret('wrong-token') }).send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message: 'channel "#ops": the server answered 401: You must be logged in: <redacted>',
    });
  });

  it.each([
    [
      json(200, { success: false, error: '[invalid-channel]' }),
      {
        retry: false,
        reason: 'clientError',
        message: 'channel "#ops": Rocket.Chat refused the message: [invalid-channel]',
      },
    ],
    [{ body: 'welcome' }, { retry: true, reason: 'clientError' }],
    [json(400, { success: false, error: 'bad' }), { retry: false, reason: 'clientError' }],
    [
      json(400, { success: false, error: 'Message size exceeds 5000 [error-message-size-exceeded]' }),
      { retry: false, tooLarge: true },
    ],
    [json(200, { success: false, error: 'x [error-message-size-exceeded]' }), { retry: false, tooLarge: true }],
    [
      json(
        429,
        { success: false, error: 'slow down' },
        { date: 'Mon, 06 May 2024 07:08:09 GMT', 'x-ratelimit-reset': '1714979330500' },
      ),
      { retry: true, reason: 'rateLimited', retryAfterMs: 41_500 },
    ],
    [
      json(429, { success: false }, { 'retry-after': '2', 'x-ratelimit-reset': '1' }),
      { retry: true, reason: 'rateLimited', retryAfterMs: 2000 },
    ],
    [
      { status: 503, body: 'down' },
      { retry: true, reason: 'serverError', message: 'channel "#ops": the server answered 503: down' },
    ],
    [{ reset: true }, { retry: true, reason: 'other' }],
  ] as [SinkAnswer, object][])('is refused with %j', async (answer, expected) => {
    server = await HttpSink.start(answer);
    expect(await prepared({}).send(attemptIO())).toMatchObject({ ok: false, ...expected });
    // By the server's own words for what is too long only.
    if (!('tooLarge' in expected)) expect(server.requests.length).toBe(1);
  });

  it('waits for the next window when this one is used up', async () => {
    const headers = { date: 'Mon, 06 May 2024 07:08:09 GMT', 'x-ratelimit-reset': '1714979301000' };
    server = await HttpSink.start((_, count) =>
      json(200, { success: true }, { ...headers, 'x-ratelimit-remaining': String(2 - count) }),
    );
    expect(await prepared({}).send(attemptIO())).toEqual({ ok: true });
    expect(await prepared({}).send(attemptIO())).toEqual({ ok: true, holdMs: 12_000 });
  });
});
