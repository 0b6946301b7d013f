import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type ZulipSettings, zulipSchema } from '../../src/receivers/settings/zulip.ts';
import { runeCount } from '../../src/receivers/truncate.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { notificationOf } from '../support/notifications.ts';
import { down, huge, Integration, situations } from '../support/rendering.ts';

const KEY = 'gjA04ZYcqXKalvYMA8OeXSfzUOLrtbZv';
const BOT = 'alerts-bot@example.zulipchat.com';

let server: HttpSink;
beforeEach(async () => {
  server = await HttpSink.start(zulipServer);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://zulip.com/api/send-message and https://zulip.com/api/rest-error-handling. */
function zulipServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (method !== 'POST' || path !== '/api/v1/messages') return refusal(404, 'NOT_FOUND', 'Not found');
  if (headers.authorization !== `Basic ${Buffer.from(`${BOT}:${KEY}`).toString('base64')}`) {
    return refusal(401, 'INVALID_API_KEY', `Invalid API key: ${headers.authorization}`);
  }
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return refusal(400, 'BAD_REQUEST', 'no form');
  const { type, to, topic, content, ...rest } = Object.fromEntries(new URLSearchParams(body));
  if (Object.keys(rest).length > 0) return refusal(400, 'BAD_REQUEST', 'unsupported parameters');
  if (content === undefined || content.trim() === '') return refusal(400, 'BAD_REQUEST', 'Message must not be empty');
  // The server itself cuts what is longer: a client is to know the limits.
  if (runeCount(content) > 10_000 || runeCount(topic ?? '') > 60) return refusal(400, 'BAD_REQUEST', 'would be cut');
  if (type === 'stream') {
    if (topic === undefined) return refusal(400, 'BAD_REQUEST', 'Missing topic');
    if (to !== 'db alerts' && to !== '42')
      return refusal(400, 'STREAM_DOES_NOT_EXIST', `Channel '${to}' does not exist`);
  } else if (type === 'direct') {
    const people = JSON.parse(to ?? '') as unknown[];
    const alike = people.every((one) => typeof one === 'string') || people.every((one) => Number.isInteger(one));
    if (!alike || people.length === 0 || topic !== undefined) return refusal(400, 'BAD_REQUEST', 'Invalid data type');
    if (people.includes('gone@example.org')) return refusal(400, 'BAD_REQUEST', "Invalid email 'gone@example.org'");
  } else {
    return refusal(400, 'BAD_REQUEST', 'Invalid type');
  }
  return json(200, { result: 'success', msg: '', id: 134, ignored_parameters_unsupported: [] });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refusal(status: number, code: string, msg: string, more = {}): SinkAnswer {
  return json(status, { result: 'error', msg, code, ...more });
}

function zulip(given: Partial<ZulipSettings> = {}): Integration<ZulipSettings> {
  const needed = { url: server.url(), bot_email: BOT, api_key: new Secret(KEY), to: 'db alerts' };
  return new Integration('zulip', zulipSchema, { ...needed, ...given });
}

const forms = () => server.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

describe('a message to Zulip', () => {
  it.each(Object.entries(situations))('that is %s', async (_, notification) => {
    const prepared = zulip().prepare(notification);
    expect(prepared.renderError).toBeUndefined();
    expect(prepared.preview).toMatchSnapshot();
    expect(await zulip().send(notification)).toEqual({ ok: true });
    expect(forms()).toEqual([prepared.preview]);
  });

  it('has every key of its configuration, to a channel or to people', async () => {
    const given: Partial<ZulipSettings> = {
      url: server.url('/'),
      to: '{{ if eq .Status "firing" }}42{{ end }}',
      topic: 'T {{ .CommonLabels.alertname }} & more',
      content: 'C {{ .Status }} = 100 %',
    };
    expect(await zulip(given).send()).toEqual({ ok: true });
    expect(await zulip({ ...given, type: 'direct', to: 'a@example.org, b@example.org,' }).send()).toEqual({ ok: true });
    expect(await zulip({ ...given, type: 'direct', to: '7,{{ len "abc" }}' }).send()).toEqual({ ok: true });
    const content = 'C firing = 100 %';
    expect(forms()).toEqual([
      { type: 'stream', to: '42', topic: 'T Down & more', content },
      { type: 'direct', to: '["a@example.org","b@example.org"]', content },
      { type: 'direct', to: '[7,3]', content },
    ]);
  });

  it('has a topic for its group, short enough', async () => {
    const grouped = (groupLabels: Record<string, string>) => notificationOf([down('a')], { groupLabels });
    const topics = [grouped({}), grouped({ job: 'node', alertname: 'Down' }), grouped({ path: '🔥'.repeat(70) })];
    for (const told of topics) expect(await zulip().send(told)).toEqual({ ok: true });
    expect(forms().map(({ topic }) => topic)).toEqual(['alerts', 'Down node', `${'🔥'.repeat(59)}…`]);
  });

  it('tells of as many alerts as fit, and of how many there are more', async () => {
    expect(await zulip().send(huge)).toEqual({ ok: true });
    const [{ content }] = forms() as [{ content: string }];
    expect(runeCount(content)).toBeGreaterThan(9500);
    expect(content).toMatch(/\n\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
  });

  it('is plain when a template fails, and goes to its channel all the same', async () => {
    const outcome = await zulip({ content: '{{ .Nonsense }}' }).send();
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') as string });
    expect(forms()).toMatchObject([
      {
        type: 'stream',
        to: 'db alerts',
        topic: 'Down',
        content: expect.stringMatching(/^\*\*\[FIRING:2\] Down\*\*\n- firing/) as string,
      },
    ]);
    for (const type of ['stream', 'direct'] as const) {
      const lost = await zulip({ type, to: '{{ .Nonsense }}' }).send();
      expect(lost).toMatchObject({
        ok: false,
        retry: false,
        message: expect.stringContaining('nobody to send to') as string,
      });
    }
    expect(server.requests.length).toBe(1);
  });

  it('takes the API key from a file', async () => {
    const settings = { api_key: undefined, api_key_file: '/key' };
    const readFile = async () => ` ${KEY}\n`;
    expect(await zulip(settings).send(situations.firing, { readFile })).toEqual({ ok: true });
    const empty = await zulip(settings).send(situations.firing, { readFile: async () => '' });
    expect(empty).toMatchObject({ ok: false, retry: false, message: 'the API key is empty' });
  });
});

describe('Zulip may refuse a message', () => {
  it('without repeating the key', async () => {
    expect(await zulip({ api_key: new Secret('wrong-api-key') }).send()).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message: 'the server answered 401: INVALID_API_KEY: Invalid API key: Basic <redacted>',
    });
  });

  it('to a channel or a person that is not there', async () => {
    expect(await zulip({ to: 'nowhere' }).send()).toMatchObject({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: "the server answered 400: STREAM_DOES_NOT_EXIST: Channel 'nowhere' does not exist",
    });
    const gone = await zulip({ type: 'direct', to: 'gone@example.org' }).send();
    expect(gone).toMatchObject({ ok: false, retry: false });
  });

  it.each([
    [
      'a wait in the body',
      refusal(429, 'RATE_LIMIT_HIT', 'API usage exceeded rate limit', { 'retry-after': 28.706807374954224 }),
      { retry: true, reason: 'rateLimited', retryAfterMs: 28_707 },
    ],
    [
      'a wait in the header',
      { ...refusal(429, 'RATE_LIMIT_HIT', 'x', { 'retry-after': 1 }), headers: { 'retry-after': '5' } },
      { retry: true, reason: 'rateLimited', retryAfterMs: 5000 },
    ],
    [
      'a limit under another status',
      refusal(400, 'RATE_LIMIT_HIT', 'x', { 'retry-after': 2 }),
      { retry: true, retryAfterMs: 2000 },
    ],
    [
      'trouble of its own',
      { status: 500, body: '<h1>oops</h1>' },
      { retry: true, message: 'the server answered 500: <h1>oops</h1>' },
    ],
    [
      'an error in good faith',
      refusal(200, 'BAD_REQUEST', 'no'),
      {
        retry: false,
        reason: 'clientError',
        message: expect.stringMatching(/took the message: BAD_REQUEST: no$/) as string,
      },
    ],
    ['a page to log in', { body: '<html>Log in</html>' }, { retry: true, reason: 'clientError' }],
  ] as [string, SinkAnswer, object][])('with %s', async (_, answer, expected) => {
    server.answer(answer);
    expect(await zulip().send()).toMatchObject({ ok: false, ...expected });
  });

  it('by not answering in time', async () => {
    server.answer({ afterMs: 2000 });
    expect(await zulip({ timeout: 50 }).send()).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
  });
});
