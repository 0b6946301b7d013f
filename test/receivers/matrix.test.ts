import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type MatrixSettings, matrixSchema } from '../../src/receivers/settings/matrix.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { NOW } from '../support/receiving.ts';
import { huge, Integration, situations } from '../support/rendering.ts';

const TOKEN = 'syt_dG9jc2lu_abcdefghijklmnop_1x2y3z';
const ROOM = '!jEsUZKDJdhlrceRyVU:example.org';
const ALIAS = '#alerts:example.org';

interface Event {
  readonly room: string;
  readonly content: Readonly<Record<string, string>>;
}

let server: HttpSink;
/** What the room shows, by transaction. */
let shown: Map<string, Event>;
let aliases: Map<string, string>;
/** Answers that get lost after the event was taken. */
let lost: number;

beforeEach(async () => {
  shown = new Map();
  aliases = new Map([[ALIAS, ROOM]]);
  lost = 0;
  server = await HttpSink.start(homeserver);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://spec.matrix.org/latest/client-server-api/ for aliases and for sending a message. */
function homeserver({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (headers.authorization === undefined) return refusal(401, 'M_MISSING_TOKEN', 'Missing access token');
  if (headers.authorization !== `Bearer ${TOKEN}`)
    return refusal(401, 'M_UNKNOWN_TOKEN', `Not ${headers.authorization}`);
  const [, directory] = /^\/_matrix\/client\/v3\/directory\/room\/([^/]+)$/.exec(path) ?? [];
  if (directory !== undefined && method === 'GET') {
    const room_id = aliases.get(decodeURIComponent(directory));
    if (room_id === undefined) return refusal(404, 'M_NOT_FOUND', 'Room alias not found');
    return json(200, { room_id, servers: ['example.org'] });
  }
  const send = /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/send\/m\.room\.message\/([^/]+)$/.exec(path);
  if (send === null) return refusal(404, 'M_UNRECOGNIZED', 'Unrecognized request');
  if (method !== 'PUT') return refusal(405, 'M_UNRECOGNIZED', 'Unrecognized request');
  const [room, transaction] = [decodeURIComponent(send[1]!), send[2]!];
  if (room !== ROOM) return refusal(403, 'M_FORBIDDEN', `User not in room ${room}`);
  const content = JSON.parse(body) as Record<string, string>;
  const { msgtype, body: text, format, formatted_body: html } = content;
  if (!['m.text', 'm.notice'].includes(msgtype ?? '') || typeof text !== 'string')
    return refusal(400, 'M_BAD_JSON', 'bad');
  if ((html === undefined) !== (format === undefined)) return refusal(400, 'M_BAD_JSON', 'bad format');
  if (format !== undefined && format !== 'org.matrix.custom.html') return refusal(400, 'M_BAD_JSON', 'bad format');
  // The envelope: ids, signatures, hashes, the events before.
  if (Buffer.byteLength(JSON.stringify(content)) > 65_536 - 2000) return refusal(413, 'M_TOO_LARGE', 'event too large');
  if (!shown.has(transaction)) shown.set(transaction, { room, content });
  if (lost-- > 0) return { reset: true };
  return json(200, { event_id: `$${transaction}` });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refusal(status: number, errcode: string, error: string, more = {}): SinkAnswer {
  return json(status, { errcode, error, ...more });
}

function matrix(given: Partial<MatrixSettings> = {}): Integration<MatrixSettings> {
  const access_token = new Secret(TOKEN);
  return new Integration('matrix', matrixSchema, {
    homeserver_url: server.url(),
    access_token,
    room_id: ROOM,
    ...given,
  });
}

const contents = () => [...shown.values()].map(({ content }) => content);

describe('an event in a room', () => {
  it.each(Object.entries(situations))('that is %s', async (_, notification) => {
    const prepared = matrix().prepare(notification);
    expect(prepared.renderError).toBeUndefined();
    expect(prepared.preview).toMatchSnapshot();
    expect(await matrix().send(notification)).toEqual({ ok: true });
    const { room, ...texts } = prepared.preview as Record<string, string>;
    expect(room).toBe(ROOM);
    expect(contents()).toEqual([{ msgtype: 'm.text', format: 'org.matrix.custom.html', ...texts }]);
  });

  it('has every key of its configuration', async () => {
    const given: Partial<MatrixSettings> = {
      homeserver_url: server.url('/?via=proxy'),
      room_id: '!{{ "jEsUZKDJdhlrceRyVU" }}:example.org ',
      msgtype: 'm.notice',
      message: 'M {{ .CommonLabels.alertname }}',
      html: '',
    };
    server.answer((request) => homeserver({ ...request, path: request.path.replace('?via=proxy', '') }));
    expect(await matrix(given).send()).toEqual({ ok: true });
    expect(contents()).toEqual([{ msgtype: 'm.notice', body: 'M Down' }]);
    expect(server.requests[0]!.path).toMatch(/\/tocsin-[0-9a-f]{40}\?via=proxy$/);
  });

  it('escapes what alerts say in HTML alone', () => {
    const { body, formatted_body } = matrix().prepare(situations.firing).preview as Record<string, string>;
    expect(body).toContain('- <a> & "down"');
    expect(formatted_body).toContain('<li>&lt;a&gt; &amp; &#34;down&#34;');
  });

  it('is small enough, in both forms', async () => {
    expect(await matrix().send(huge)).toEqual({ ok: true });
    const [{ body, formatted_body }] = contents() as [{ body: string; formatted_body: string }];
    expect(body).toMatch(/\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(formatted_body).toMatch(/<\/ul>\n<p>\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team<\/p>$/);
    expect(body.length + formatted_body.length).toBeGreaterThan(40_000);
    expect(await matrix({ message: '"\n'.repeat(40_000), html: `<b>${'x'.repeat(70_000)}</b>` }).send()).toEqual({
      ok: true,
    });
    expect(contents()[1]).not.toHaveProperty('formatted_body');
  });

  it('is plain when a template fails, and goes to its room all the same', async () => {
    const outcome = await matrix({ html: '{{ .Nonsense }}' }).send();
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') as string });
    expect(contents()).toEqual([
      { msgtype: 'm.text', body: expect.stringMatching(/^\[FIRING:2\] Down\n- firing/) as string },
    ]);
    expect(await matrix({ room_id: '{{ .Nonsense }}' }).send()).toMatchObject({ ok: false, retry: false });
  });

  it('is sent to a room by its alias, which is asked for once', async () => {
    const integration = matrix({ room_id: ALIAS });
    expect(await integration.send()).toEqual({ ok: true });
    expect(await integration.send(situations.resolved)).toEqual({ ok: true });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'PUT']);
    expect(server.requests[0]!.path).toBe('/_matrix/client/v3/directory/room/%23alerts%3Aexample.org');
  });

  it('finds the room again when its alias has moved', async () => {
    aliases.set(ALIAS, '!left:example.org');
    const integration = matrix({ room_id: ALIAS });
    expect(await integration.send()).toMatchObject({ ok: false, retry: false, reason: 'authError' });
    aliases.set(ALIAS, ROOM);
    expect(await integration.send()).toEqual({ ok: true });
  });

  it('takes the token from a file', async () => {
    const integration = matrix({ access_token: undefined, access_token_file: '/token' });
    expect(await integration.send(situations.firing, { readFile: async () => `${TOKEN}\n` })).toEqual({ ok: true });
    const empty = await integration.send(situations.firing, { readFile: async () => '' });
    expect(empty).toMatchObject({ ok: false, retry: false, message: 'the access token is empty' });
  });
});

describe('an event whose answer was lost', () => {
  it('is shown once, however often it is sent', async () => {
    lost = 2;
    const integration = matrix();
    expect(await integration.send(situations.firing, { now: NOW })).toMatchObject({ ok: false, retry: true });
    expect(await integration.send(situations.firing, { now: NOW + 10_000 })).toMatchObject({ ok: false, retry: true });
    expect(await integration.send(situations.firing, { now: NOW + 60_000 })).toEqual({ ok: true });
    expect(server.requests.length).toBe(3);
    expect(shown.size).toBe(1);
  });

  it('is another event once there is something else to tell', async () => {
    lost = 1;
    const integration = matrix();
    expect(await integration.send(situations.firing)).toMatchObject({ ok: false, retry: true });
    expect(await integration.send(situations.mixed, { now: NOW + 10_000 })).toEqual({ ok: true });
    expect(shown.size).toBe(2);
  });

  it('is told anew when it is repeated', async () => {
    const integration = matrix();
    expect(await integration.send(situations.firing, { now: NOW })).toEqual({ ok: true });
    expect(await integration.send(situations.firing, { now: NOW + 1000 })).toEqual({ ok: true });
    expect(shown.size).toBe(2);
    lost = 1;
    expect(await integration.send(situations.firing, { now: NOW + 2000 })).toMatchObject({ ok: false });
    expect(await integration.send(situations.firing, { now: NOW + 3_700_000 })).toEqual({ ok: true });
    expect(shown.size).toBe(4);
  });
});

describe('a homeserver may refuse an event', () => {
  it('without repeating the token', async () => {
    expect(await matrix({ access_token: new Secret('syt_wrong_token') }).send()).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message: 'the server answered 401: M_UNKNOWN_TOKEN: Not <redacted> <redacted>',
    });
    expect(await matrix({ room_id: '#nowhere:example.org' }).send()).toMatchObject({
      ok: false,
      retry: false,
      message: 'room #nowhere:example.org: the server answered 404: M_NOT_FOUND: Room alias not found',
    });
  });

  it.each([
    [
      'a wait in the body',
      refusal(429, 'M_LIMIT_EXCEEDED', 'Too many requests', { retry_after_ms: 4321 }),
      { retry: true, reason: 'rateLimited', retryAfterMs: 4321 },
    ],
    [
      'a wait in the header',
      { ...refusal(429, 'M_LIMIT_EXCEEDED', 'Too many', { retry_after_ms: 1 }), headers: { 'retry-after': '5' } },
      { retry: true, reason: 'rateLimited', retryAfterMs: 5000 },
    ],
    ['a limit under another status', refusal(400, 'M_LIMIT_EXCEEDED', 'x'), { retry: true, reason: 'rateLimited' }],
    ['its size', refusal(413, 'M_TOO_LARGE', 'event too large'), { retry: false, tooLarge: true }],
    ['trouble of its own', refusal(500, 'M_UNKNOWN', 'Internal'), { retry: true, reason: 'serverError' }],
    ['a gateway', { status: 502, body: '<html>' }, { retry: true, message: 'the server answered 502: <html>' }],
  ] as [string, SinkAnswer, object][])('for %s', async (_, answer, expected) => {
    server.answer(answer);
    expect(await matrix().send()).toMatchObject({ ok: false, ...expected });
  });

  it('by naming no room, or not answering in time', async () => {
    server.answer(json(200, {}));
    const nameless = await matrix({ room_id: ALIAS }).send();
    expect(nameless).toMatchObject({ ok: false, message: `room ${ALIAS}: the homeserver names no room` });
    server.answer({ afterMs: 2000 });
    expect(await matrix({ timeout: 50 }).send()).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
  });
});
