import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type GotifySettings, gotifySchema } from '../../src/receivers/settings/gotify.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { huge, Integration, situations } from '../support/rendering.ts';

const TOKEN = 'AWMWv1pWSLX4qDo';

let server: HttpSink;
beforeEach(async () => {
  server = await HttpSink.start(gotifyServer);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://gotify.net/api-docs for `POST /message`, at a server that has a path of its own. */
function gotifyServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (path !== '/gotify/message' || method !== 'POST') return refusal(404, 'Not Found', 'page not found');
  if (headers['x-gotify-key'] !== TOKEN) {
    return refusal(401, 'Unauthorized', `you need to provide a valid access token, not ${headers['x-gotify-key']}`);
  }
  if (headers['content-type'] !== 'application/json') return refusal(400, 'Bad Request', 'no JSON');
  const { title = '', message, priority, extras = {}, ...rest } = JSON.parse(body) as Record<string, unknown>;
  if (typeof message !== 'string' || message === '') return refusal(400, 'Bad Request', "Field 'message' is required");
  if (typeof title !== 'string' || Object.keys(rest).length > 0) return refusal(400, 'Bad Request', 'malformed');
  if (priority !== undefined && !Number.isInteger(priority)) return refusal(400, 'Bad Request', 'priority is no int');
  if (typeof extras !== 'object' || extras === null || Array.isArray(extras))
    return refusal(400, 'Bad Request', 'extras');
  if (Buffer.byteLength(message) > 65_535) return refusal(500, 'Internal Server Error', 'Data too long for column');
  return json(200, { id: 25, appid: 5, message, priority: priority ?? 0, date: '2018-02-27T19:36:10Z' });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refusal(errorCode: number, error: string, errorDescription: string): SinkAnswer {
  return json(errorCode, { error, errorCode, errorDescription });
}

function gotify(given: Partial<GotifySettings> = {}): Integration<GotifySettings> {
  return new Integration('gotify', gotifySchema, { url: server.url('/gotify/'), token: new Secret(TOKEN), ...given });
}

describe('a message to Gotify', () => {
  it.each(Object.entries(situations))('that is %s', async (_, notification) => {
    const prepared = gotify().prepare(notification);
    expect(prepared.renderError).toBeUndefined();
    expect(prepared.preview).toMatchSnapshot();
    expect(await gotify().send(notification)).toEqual({ ok: true });
    expect(server.bodies()).toEqual([prepared.preview]);
  });

  it('has every key of its configuration', async () => {
    const given: Partial<GotifySettings> = {
      title: 'T {{ .Status }}',
      message: 'M {{ .CommonLabels.alertname }}',
      priority: '{{ len .Alerts }}',
      click: 'https://example.org/{{ .Status }}',
      markdown: false,
      extras: {
        'client::notification': { bigImageUrl: 'https://example.org/{{ .CommonLabels.alertname }}.png' },
        'home::appliances': { lighting: { on: true, brightness: '{{ len .Alerts }}' } },
      },
    };
    expect(await gotify(given).send()).toEqual({ ok: true });
    expect(server.bodies()).toEqual([
      {
        title: 'T firing',
        message: 'M Down',
        priority: 2,
        extras: {
          'client::display': { contentType: 'text/plain' },
          'client::notification': {
            click: { url: 'https://example.org/firing' },
            bigImageUrl: 'https://example.org/Down.png',
          },
          'home::appliances': { lighting: { on: true, brightness: 2 } },
        },
      },
    ]);
  });

  it('leaves to the application what renders to nothing, but for the text', async () => {
    expect(await gotify({ title: ' ', message: '{{ "" }}', priority: '', click: '' }).send()).toEqual({ ok: true });
    expect(server.bodies()).toEqual([
      { message: 'firing', extras: { 'client::display': { contentType: 'text/markdown' } } },
    ]);
    const warning = `the priority "high" is no whole number, so that it was sent with the application's`;
    expect(await gotify({ priority: 'high' }).send()).toEqual({ ok: true, warning });
    expect(server.bodies()[1]).not.toHaveProperty('priority');
  });

  it('tells of as many alerts as every database takes', async () => {
    expect(await gotify().send(huge)).toEqual({ ok: true });
    const [{ message }] = server.bodies() as [{ message: string }];
    expect(Buffer.byteLength(message)).toBeGreaterThan(65_000);
    expect(message).toMatch(/\n\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
  });

  it('is plain when a template fails', async () => {
    const outcome = await gotify({ title: '{{ .Nonsense }}' }).send(situations.resolved);
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') as string });
    expect(server.bodies()).toMatchObject([
      { title: '[RESOLVED] Down', priority: 4, extras: { 'client::display': { contentType: 'text/plain' } } },
    ]);
  });

  it('takes the token from a file', async () => {
    const settings = { token: undefined, token_file: '/token' };
    const told = await gotify(settings).send(situations.firing, { readFile: async () => ` ${TOKEN}\n` });
    expect(told).toEqual({ ok: true });
    const readFile = async () => Promise.reject(new Error('/token is not there'));
    const gone = await gotify(settings).send(situations.firing, { readFile });
    expect(gone).toMatchObject({ ok: false, retry: false, message: '/token is not there' });
    const empty = await gotify(settings).send(situations.firing, { readFile: async () => '' });
    expect(empty).toMatchObject({ ok: false, retry: false, message: 'the application token is empty' });
    expect(server.requests.length).toBe(1);
  });
});

describe('Gotify may refuse a message', () => {
  it('without repeating the token', async () => {
    expect(await gotify({ token: new Secret('CWrong-token') }).send()).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message: 'the server answered 401: Unauthorized: you need to provide a valid access token, not <redacted>',
    });
  });

  it.each([
    ['429', { status: 429 }, { retry: true, reason: 'rateLimited' }],
    [
      '413',
      { status: 413, body: 'large' },
      { retry: false, tooLarge: true, message: expect.stringMatching(/^the server answered 413: large/) },
    ],
    ['500', refusal(500, 'Internal Server Error', 'database is locked'), { retry: true, reason: 'serverError' }],
    ['404', { status: 404 }, { retry: false, reason: 'clientError' }],
  ] as [string, SinkAnswer, object][])('with %s', async (_, answer, expected) => {
    server.answer(answer);
    expect(await gotify().send()).toMatchObject({ ok: false, ...expected });
  });

  it('by not answering in time', async () => {
    server.answer({ afterMs: 2000 });
    expect(await gotify({ timeout: 50 }).send()).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
  });
});
