import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare } from '../../src/receivers/index.ts';
import { type WebexSettings, webexSchema } from '../../src/receivers/settings/webex.ts';
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
  server = undefined;
});

const down = (instance: string) => firing({ alertname: 'Down', instance, team: 'db' }, { summary: `<${instance}> 🔥` });
const up = (instance: string) => resolved({ alertname: 'Down', instance, team: 'db' }, { summary: `<${instance}> 🔥` });
const firingOnes = notificationOf([down('a'), down('b')]);
const huge = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));

const authorizedBy = (token: string) =>
  httpSettings({
    authorization: { type: 'Bearer', credentials: new Secret(token), credentials_file: '', credentials_ref: '' },
  });

function prepared(given: Partial<WebexSettings>, notification: Notification = firingOnes) {
  const settings = settingsOf(webexSchema, {
    http_config: authorizedBy('secret-bot-token'),
    api_url: server?.url('/v1/messages') ?? 'http://127.0.0.1:1/',
    room_id: 'room-{{ .CommonLabels.team }}',
    ...given,
  });
  return prepare({ type: 'webex', index: 0, sendResolved: true, settings }, notification, templates);
}

const markdownOf = (given: Partial<WebexSettings>, notification?: Notification) =>
  (prepared(given, notification).preview as { markdown: string }).markdown;

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
  body: JSON.stringify(body),
});

/** The rules of https://developer.webex.com/docs/api/v1/messages/create-a-message. */
function webexServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const refused = (status: number, message: string) =>
    json(status, { message, errors: [{ description: message }], trackingId: 'ROUTER_1' });
  if (path !== '/v1/messages') return refused(404, 'The requested resource could not be found.');
  if (method !== 'POST') return refused(405, 'Method not allowed');
  if (headers.authorization !== 'Bearer secret-bot-token') {
    return refused(401, `No access token is ${String(headers.authorization)}.`);
  }
  if (headers['content-type'] !== 'application/json') return refused(415, 'Unsupported media type');
  const { roomId, markdown, ...more } = JSON.parse(body) as Record<string, unknown>;
  if (typeof roomId !== 'string') return refused(400, 'Exactly one destination is needed');
  if (typeof markdown !== 'string' || markdown === '') return refused(400, 'Unable to post message without content');
  if (Buffer.byteLength(markdown) > 7439) return refused(400, 'Message length limited to 7439 bytes');
  if (Object.keys(more).length > 0) return refused(400, `There is no ${Object.keys(more).join()}`);
  return json(200, { id: 'm-1', roomId, markdown });
}

describe('a message for Webex', () => {
  it.each([
    ['firing', firingOnes],
    ['resolved', notificationOf([up('a'), up('b')])],
    ['mixed', notificationOf([down('a'), up('b')])],
  ])('with its defaults, %s', (_name, notification) => {
    expect(prepared({}, notification).preview).toMatchSnapshot();
  });

  it('is as its template says', () => {
    const message = '**{{ .Status }}**{{ range .Alerts }}\n- {{ .Labels.instance }}{{ end }}';
    expect(prepared({ message, room_id: '{{ .Status }}-room' }).preview).toEqual({
      markdown: '**firing**\n- a\n- b',
      roomId: 'firing-room',
    });
  });

  it('tells of as many whole alerts as fit in bytes, and says how many there are beyond', () => {
    const fire = '{{ range .Alerts }}🔥{{ .Labels.instance }}\n{{ end }}';
    for (const given of [{}, { message: fire }]) {
      const markdown = markdownOf(given, huge);
      expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(7439);
      expect(Buffer.byteLength(markdown)).toBeGreaterThan(7000);
      expect(markdown).toMatch(/\n\+4\d{3} more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    }
  });

  it('is cut where it is not the alerts that are too many', () => {
    expect(markdownOf({ message: 'ü'.repeat(3719) })).toBe('ü'.repeat(3719));
    expect(markdownOf({ message: 'ü'.repeat(3720) })).toBe(`${'ü'.repeat(3718)}…`);
    expect(markdownOf({ message: 'x'.repeat(7440) })).toBe(`${'x'.repeat(7436)}…`);
  });

  it('is plain when a template fails, in the room that is meant', () => {
    const { preview, renderError } = prepared({ message: '{{ .Nonsense }}' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
  });
});

describe('sending to Webex', () => {
  it.each([
    ['its defaults', {}, firingOnes],
    ['its defaults, huge', {}, huge],
    ['too long a text', { message: '🔥{{ printf "%7439s" .Status }}' }, firingOnes],
    ['a failing template', { message: '{{ .Nonsense }}' }, firingOnes],
  ])('is accepted with %s', async (_name, given, notification) => {
    server = await HttpSink.start(webexServer);
    expect(await prepared(given, notification).send(attemptIO())).toMatchObject({ ok: true });
    expect(server.bodies()).toMatchObject([{ roomId: 'room-db' }]);
  });

  it('is plain once it is refused for its size', async () => {
    const message =
      'Unable to post message to room: Message length limited to 7439 characters before encryption and 10000 characters after encryption.';
    server = await HttpSink.start(({ body }) => (body.length > 5000 ? json(400, { message }) : json(200, {})));
    expect(await prepared({}, huge).send(attemptIO())).toMatchObject({
      ok: true,
      warning: expect.stringContaining('after encryption'),
    });
    expect(server.requests.length).toBe(2);
  });

  it('takes the token from a file', async () => {
    server = await HttpSink.start(webexServer);
    const io = attemptIO({ readFile: async () => 'secret-bot-token\n' });
    const http_config = httpSettings({
      authorization: { type: 'Bearer', credentials: undefined, credentials_file: '/t', credentials_ref: '' },
    });
    expect(await prepared({ http_config }).send(io)).toEqual({ ok: true });
  });

  it('tells of a refusal without the token', async () => {
    server = await HttpSink.start(webexServer);
    expect(await prepared({ http_config: authorizedBy('wrong-token') }).send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message:
        'the server answered 401: {"message":"No access token is Bearer <redacted>.","errors":[{"description":"No access token is Bearer <redacted>."}],"trackingId":"ROUTER_1"}',
    });
    expect(await prepared({ room_id: '{{ .CommonLabels.nobody }}' }).send(attemptIO())).toMatchObject({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: expect.stringContaining('Exactly one destination is needed'),
    });
  });

  it.each([
    [json(404, {}), { retry: false, reason: 'clientError' }],
    [json(403, {}), { retry: false, reason: 'authError' }],
    [json(423, {}, { 'retry-after': '5' }), { retry: true, reason: 'clientError', retryAfterMs: 5000 }],
    [json(423, {}), { retry: true, reason: 'clientError' }],
    [json(429, {}, { 'retry-after': '9' }), { retry: true, reason: 'rateLimited', retryAfterMs: 9000 }],
    [json(503, {}), { retry: true, reason: 'serverError' }],
    [{ reset: true }, { retry: true, reason: 'other' }],
  ] as [SinkAnswer, object][])('is refused with %j', async (answer, expected) => {
    server = await HttpSink.start(answer);
    expect(await prepared({}).send(attemptIO())).toMatchObject({ ok: false, ...expected });
    expect(server.requests.length).toBe(1);
  });
});
