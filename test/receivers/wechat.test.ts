import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import type { Observed } from '../../src/receivers/receiver.ts';
import { type WechatSettings, wechatSchema } from '../../src/receivers/settings/wechat.ts';
import type { Templates } from '../../src/template/templates.ts';
import { testConfig } from '../support/config.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, NOW, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

const CORPORATION = 'wwddddccc7775555aaa';
const SECRET = 'v8Rz-QAQ39_secret-of-the-application';

let templates: Templates;
let server: HttpSink;
/** The tokens that WeChat knows by now: one at a time, until a test says that it has expired. */
let issued: string[];
let expired: Set<string>;
beforeAll(() => {
  templates = defaultTemplates();
});
beforeEach(async () => {
  issued = [];
  expired = new Set();
  server = await HttpSink.start(weChat);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://developer.work.weixin.qq.com/document/path/91039 and /90236, which answer with 200 throughout. */
function weChat({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const { pathname, searchParams: query } = new URL(path, 'http://wechat');
  if (method === 'GET' && pathname === '/cgi-bin/gettoken') {
    if (query.get('corpid') !== CORPORATION) return errorOf(40013, 'invalid corpid');
    if (query.get('corpsecret') !== SECRET) return errorOf(40001, 'invalid credential');
    const current = issued.at(-1);
    if (current === undefined || expired.has(current)) issued.push(`accesstoken000${issued.length + 1}`);
    return json({ errcode: 0, errmsg: 'ok', access_token: issued.at(-1), expires_in: 7200 });
  }
  if (method !== 'POST' || pathname !== '/cgi-bin/message/send') return { status: 404 };
  const token = query.get('access_token') ?? '';
  if (token === '') return errorOf(41001, 'access_token missing');
  if (expired.has(token)) return errorOf(42001, 'access_token expired');
  if (!issued.includes(token)) return errorOf(40014, 'invalid access_token');
  if (headers['content-type'] !== 'application/json') return errorOf(44002, 'empty post data');
  return taken(JSON.parse(body) as Record<string, unknown>);
}

function taken(message: Record<string, unknown>): SinkAnswer {
  const type = message['msgtype'];
  if (type !== 'text' && type !== 'markdown') return errorOf(40008, 'invalid message type');
  if (!/^\d+$/.test(String(message['agentid']))) return errorOf(40056, 'invalid agentid');
  const { content } = message[type] as { content: string };
  if (content === '') return errorOf(44004, 'empty content');
  if (Buffer.byteLength(content) > 2048) return errorOf(45002, 'content size out of limit');
  const users = String(message['touser'] ?? '').split('|');
  const known = users.filter((user) => ['@all', 'ann', 'bob'].includes(user));
  if (known.length === 0 && message['toparty'] === undefined && message['totag'] === undefined) {
    return errorOf(81013, 'user & party & tag all invalid');
  }
  const invaliduser = users.filter((user) => user !== '' && !known.includes(user)).join('|');
  return json({ errcode: 0, errmsg: 'ok', invaliduser, invalidparty: '', msgid: 'x' });
}

function json(body: unknown): SinkAnswer {
  return { headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}

function errorOf(errcode: number, errmsg: string): SinkAnswer {
  return json({ errcode, errmsg: `${errmsg}, from ip: 192.0.2.1` });
}

const down = (instance: string) =>
  firing({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "down"` });
const up = (instance: string) => resolved({ alertname: 'Down', instance, severity: 'page' }, { summary: 'up again' });
const mixed = notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' });
const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`höst${i}`)));

function settingsWith(given: Partial<WechatSettings> = {}): WechatSettings {
  return settingsOf(wechatSchema, {
    http_config: httpSettings(),
    api_url: server.url('/cgi-bin/'),
    api_secret: new Secret(SECRET),
    corp_id: CORPORATION,
    agent_id: '1000002',
    to_user: 'ann',
    ...given,
  });
}

function prepared(settings: WechatSettings, notification: Notification = mixed): Prepared {
  return prepare({ type: 'wechat', index: 0, sendResolved: true, settings }, notification, templates);
}

function send(settings: WechatSettings, now = NOW) {
  return prepared(settings).send(attemptIO({ now }));
}

const asked = () => server.requests.map(({ path }) => path.replace(/^\/cgi-bin\/|\?.*/g, ''));

describe('a message to WeChat', () => {
  it.each([
    ['firing', notificationOf([down('a'), down('b')])],
    ['mixed', mixed],
    ['resolved', notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' })],
  ])('is shown for a notification that is %s', async (_name, notification) => {
    const { preview, renderError, send: attempt } = prepared(settingsWith(), notification);
    expect(renderError).toBeUndefined();
    expect(preview).toMatchSnapshot();
    expect(await attempt(attemptIO())).toEqual({ ok: true });
  });

  it('has both contents, of which one is empty, and no keys for nobody', async () => {
    expect(await send(settingsWith({ message: '<{{ .Status }}>' }))).toEqual({ ok: true });
    const given = { message: '**{{ .Status }}**', message_type: 'markdown', to_party: '1|2', to_tag: 't' };
    expect(await send(settingsWith({ ...given, to_user: '{{ "" }}' }))).toEqual({ ok: true });
    expect(server.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      '{"text":{"content":"\\u003cfiring\\u003e"},"touser":"ann","agentid":"1000002","safe":"0","msgtype":"text",' +
        '"markdown":{"content":""}}\n',
      '{"text":{"content":""},"toparty":"1|2","totag":"t","agentid":"1000002","safe":"0","msgtype":"markdown",' +
        '"markdown":{"content":"**firing**"}}\n',
    ]);
  });

  it.each(['text', 'markdown'])('tells of fewer of five thousand alerts: %s', async (message_type) => {
    const message = '{{ range .Alerts }}{{ .Labels.instance }} is down\n{{ end }}';
    const sent = prepared(settingsWith({ message, message_type }), many);
    const { content } = (sent.preview as Record<string, { content: string }>)[message_type]!;
    expect(content).toMatch(/\n\+4\d\d\d more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(2048);
    expect(Buffer.byteLength(content)).toBeGreaterThan(2000);
    expect(await sent.send(attemptIO())).toEqual({ ok: true });
  });

  it('says in plain words what a broken template does not say', async () => {
    const settings = settingsWith({ message: '{{ .Nonsense }}', message_type: 'markdown', to_tag: '{{ .Nonsense }}' });
    const { preview, renderError, send: attempt } = prepared(settings);
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
    expect(await attempt(attemptIO())).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') });
    const long = prepared(settings, many);
    expect(await long.send(attemptIO())).toMatchObject({ ok: true });
  });
});

describe('the access token', () => {
  it('is fetched once, and again shortly before it expires', async () => {
    const settings = settingsWith();
    for (const now of [NOW, NOW + 1000, NOW + 6_899_999]) expect(await send(settings, now)).toEqual({ ok: true });
    expect(asked()).toEqual(['gettoken', 'message/send', 'message/send', 'message/send']);
    expect(await send(settings, NOW + 6_900_000)).toEqual({ ok: true });
    expect(asked().slice(4)).toEqual(['gettoken', 'message/send']);
    expect(server.requests[0]?.path).toBe(`/cgi-bin/gettoken?corpid=${CORPORATION}&corpsecret=${SECRET}`);
    expect(server.requests[1]?.path).toBe('/cgi-bin/message/send?access_token=accesstoken0001');
  });

  it('lasts as long as WeChat says, or two hours', async () => {
    const token = { errcode: 0, access_token: 'accesstoken' };
    for (const [lifetime, renewedAfter] of [
      [{ expires_in: 100 }, 90_000],
      [{}, 6_900_000],
      [{ expires_in: 0 }, 6_900_000],
    ] as const) {
      server.answer(({ method }) => json(method === 'GET' ? { ...token, ...lifetime } : { errcode: 0 }));
      const settings = settingsWith();
      const before = server.requests.length;
      for (const after of [0, renewedAfter - 1, renewedAfter]) await send(settings, NOW + after);
      expect(asked().slice(before)).toEqual(['gettoken', 'message/send', 'message/send', 'gettoken', 'message/send']);
    }
  });

  it('is of one integration, corporation and secret', async () => {
    const settings = settingsWith({
      corp_id: `{{ if eq .Status "firing" }}${CORPORATION}{{ else }}other{{ end }}`,
    });
    expect(await send(settings)).toEqual({ ok: true });
    const other = await prepared(settings, notificationOf([up('a')])).send(attemptIO());
    expect(other).toMatchObject({ ok: false, retry: false, reason: 'authError' });
    expect(await send(settingsWith())).toEqual({ ok: true });
    expect(asked()).toEqual(['gettoken', 'message/send', 'gettoken', 'gettoken', 'message/send']);
  });

  it('is kept for so many corporations, not for whatever alerts say', async () => {
    server.answer(({ method }) => json(method === 'GET' ? { errcode: 0, access_token: 'x' } : { errcode: 0 }));
    const settings = settingsWith({ corp_id: '{{ .CommonLabels.instance }}' });
    const tell = (instance: string) => prepared(settings, notificationOf([down(instance)])).send(attemptIO());
    for (let i = 0; i < 32; i++) await tell(`corporation${i}`);
    await tell('corporation0');
    expect(asked().filter((path) => path === 'gettoken')).toHaveLength(32);
    await tell('one-more');
    await tell('corporation0');
    expect(asked().filter((path) => path === 'gettoken')).toHaveLength(34);
  });

  it.each([
    ['has expired', () => expired.add('accesstoken0001')],
    ['is not known any more', () => issued.splice(0, 1, 'of-another')],
  ])('is fetched anew within the attempt when it %s', async (_name, happens) => {
    const settings = settingsWith();
    await send(settings);
    happens();
    expect(await send(settings)).toEqual({ ok: true });
    expect(await send(settings)).toEqual({ ok: true });
    expect(asked().slice(2)).toEqual(['message/send', 'gettoken', 'message/send', 'message/send']);
  });

  it('is not fetched anew for ever, and is forgotten when it does not work', async () => {
    const settings = settingsWith();
    await send(settings);
    server.answer(({ method }) =>
      method === 'GET' ? json({ errcode: 0, access_token: 'useless', expires_in: 7200 }) : errorOf(42001, 'expired'),
    );
    expect(await send(settings)).toMatchObject({ ok: false, retry: true, reason: 'authError' });
    expect(asked().slice(2)).toEqual(['message/send', 'gettoken', 'message/send']);
    expect(await send(settings)).toMatchObject({ ok: false, retry: true, reason: 'authError' });
    expect(asked().slice(5)).toEqual(['gettoken', 'message/send']);
    server.answer(weChat);
    expect(await send(settings)).toEqual({ ok: true });
    expect(asked().slice(7)).toEqual(['gettoken', 'message/send']);
  });

  it('is fetched with the secret that a file holds at that moment, which is a template', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-wechat-'));
    const file = join(folder, 'secret');
    const settings = settingsWith({ api_secret: undefined, api_secret_file: file });
    expect(await send(settings)).toMatchObject({ ok: false, retry: false, message: expect.stringContaining(file) });
    writeFileSync(file, '\n');
    expect(await send(settings)).toMatchObject({ ok: false, retry: false, message: 'the API secret is empty' });
    expect(server.requests).toEqual([]);
    writeFileSync(file, ` {{ if .Status }}${SECRET}{{ end }}\n`);
    expect(await send(settings)).toEqual({ ok: true });
    rmSync(folder, { recursive: true });
  });

  it('is not asked for without a corporation', async () => {
    const outcome = await send(settingsWith({ corp_id: '{{ "" }}' }));
    expect(outcome).toMatchObject({
      ok: false,
      retry: false,
      message: expect.stringContaining('corporation is empty'),
    });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['a wrong corporation', errorOf(40013, 'invalid corpid'), { retry: false, reason: 'authError' }],
    ['trouble', errorOf(-1, 'system busy'), { retry: true, reason: 'serverError' }],
    ['too many requests', errorOf(45009, 'api freq out of limit'), { retry: true, reason: 'rateLimited' }],
    ['none', json({ errcode: 0, errmsg: 'ok' }), { retry: false, message: 'WeChat gave no access token' }],
    ['no JSON', { body: '<html>' }, { retry: true, message: 'the answer is not one of WeChat' }],
    ['a status', { status: 503, headers: { 'retry-after': '9' } }, { retry: true, retryAfterMs: 9000 }],
  ] as [string, SinkAnswer, object][])('is refused: %s', async (_name, answer, expected) => {
    server.answer(answer);
    expect(await send(settingsWith())).toMatchObject({ ok: false, ...expected });
    expect(asked()).toEqual(['gettoken']);
  });
});

describe('WeChat', () => {
  it.each([
    [{ agent_id: '' }, 'clientError', 'WeChat did not take the message: 40056 invalid agentid, from ip: 192.0.2.1'],
    [{ to_user: 'nobody' }, 'clientError', /81013 user & party & tag all invalid/],
    [{ message: '{{ "" }}' }, 'clientError', /44004 empty content/],
  ])('refuses %j for good', async (given, reason, message) => {
    const outcome = await send(settingsWith(given));
    expect(outcome).toMatchObject({ ok: false, retry: false, reason, message: expect.stringMatching(message) });
    expect(asked()).toEqual(['gettoken', 'message/send']);
  });

  it.each([
    ['trouble', errorOf(-1, 'system busy'), { retry: true, reason: 'serverError' }],
    ['too many requests', errorOf(45009, 'api freq out of limit'), { retry: true, reason: 'rateLimited' }],
    ['too many at once', errorOf(45033, 'api concurrent out of limit'), { retry: true, reason: 'rateLimited' }],
    ['an address that it does not know', errorOf(60020, 'not allow to access'), { retry: false, reason: 'authError' }],
    ['a size', errorOf(45002, 'content size out of limit'), { retry: false, reason: 'clientError', tooLarge: true }],
    ['no JSON', { body: 'ok' }, { retry: true, reason: 'other', message: 'the answer is not one of WeChat' }],
    ['no code', json({ errmsg: 'ok' }), { retry: true, reason: 'other' }],
    ['a status', { status: 500, body: 'oops' }, { retry: true, reason: 'serverError' }],
    ['a limit', { status: 429, headers: { 'retry-after': '9' } }, { retry: true, retryAfterMs: 9000 }],
  ] as [string, SinkAnswer, object][])('answers: %s', async (_name, answer, expected) => {
    server.answer((request) => (request.method === 'GET' ? weChat(request) : answer));
    expect(await send(settingsWith())).toMatchObject({ ok: false, ...expected });
    expect(asked().slice(0, 2)).toEqual(['gettoken', 'message/send']);
    // What is too large may be followed by a plain text at once.
    expect('tooLarge' in expected ? [2, 3] : [2]).toContain(asked().length);
  });

  it('says whom it did not reach', async () => {
    const warning = 'WeChat did not reach invaliduser carl|dora';
    expect(await send(settingsWith({ to_user: 'ann|carl|dora' }))).toEqual({ ok: true, warning });
  });

  it('is asked what the query of its address says as well', async () => {
    expect(await send(settingsWith({ api_url: `${server.url('/cgi-bin/')}?debug=1#part` }))).toEqual({ ok: true });
    expect(server.requests[1]?.path).toBe('/cgi-bin/message/send?debug=1&access_token=accesstoken0001');
  });

  it('at an address that only Go understands fails like any other', async () => {
    const outcome = await send(settingsWith({ api_url: 'http://127.0.0.1:99999999/' }));
    expect(outcome).toMatchObject({ ok: false, message: 'the URL is not one of http or https' });
  });

  it('never has the secret or the token told', async () => {
    const told: Observed[] = [];
    const io = attemptIO({ observed: (what) => told.push(what) });
    server.answer((request) => {
      if (request.method === 'GET') return weChat(request);
      return errorOf(60020, `${request.path} accesstoken0001`);
    });
    const settings = settingsWith();
    const refused = await prepared(settings).send(io);
    server.answer(({ path }) => errorOf(40001, path));
    const untrusted = await prepared(settingsWith()).send(io);
    const unreachable = await prepared(settingsWith({ api_url: 'http://127.0.0.1:1/' })).send(io);
    const outcomes = [refused, untrusted, unreachable];
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(told).toHaveLength(4);
    const all = JSON.stringify([...outcomes, ...told, prepared(settings).preview]);
    expect(all).toContain('"access_token\\":\\"<redacted>\\"');
    expect(all).not.toMatch(/accesstoken0001|secret-of-the/);
  });
});

describe('the configuration of WeChat', () => {
  it.each([
    ['', 'of-global', '', 'https://qyapi.weixin.qq.com/cgi-bin/'],
    ['api_secret: own, corp_id: own', 'own', '', 'https://qyapi.weixin.qq.com/cgi-bin/'],
    ['api_secret_file: /own', undefined, '/own', 'https://qyapi.weixin.qq.com/cgi-bin/'],
    ['api_url: "http://own"', 'of-global', '', 'http://own/'],
    ['api_url: "http://own/a?b=c#d"', 'of-global', '', 'http://own/a/?b=c#d'],
  ])('inherits the secret with its file, or neither, and its address is a folder: %s', (entry, key, file, address) => {
    const config = testConfig(`
global: {wechat_api_secret: of-global, wechat_api_corp_id: corporation}
route: {receiver: r}
receivers: [{name: r, wechat_configs: [{${entry}}]}]`);
    const settings = config.receivers[0]?.integrations[0]?.settings as WechatSettings;
    expect(settings).toMatchObject({ api_secret_file: file, api_url: address, message_type: 'text' });
    expect(settings.corp_id).toBe(entry.includes('corp_id') ? 'own' : 'corporation');
    expect(settings.api_secret?.reveal()).toBe(key);
  });
});
