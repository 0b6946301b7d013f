import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type NtfySettings, ntfySchema } from '../../src/receivers/settings/ntfy.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { httpSettings } from '../support/receiving.ts';
import { huge, Integration, situations } from '../support/rendering.ts';

const TOKEN = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2';
const TOPIC = 'page-the-database-team';

let server: HttpSink;
beforeEach(async () => {
  server = await HttpSink.start(ntfyServer);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://docs.ntfy.sh/publish/#publish-as-json for a server whose topics are protected. */
function ntfyServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (method !== 'POST' || path !== '/') return refusal(404, 40401, 'page not found');
  if (body.length > 2 * 4096) return refusal(413, 41303, 'JSON body too large');
  const basic = `Basic ${Buffer.from(`phil:${TOKEN}`).toString('base64')}`;
  const message = JSON.parse(body) as Record<string, unknown>;
  const { topic, priority, tags = [], click = '', icon = '', actions = [] } = message;
  if (typeof topic !== 'string' || !/^[-_A-Za-z0-9]{1,64}$/.test(topic)) return refusal(400, 40009, 'invalid topic');
  if (![`Bearer ${TOKEN}`, basic].includes(headers.authorization ?? '')) {
    return headers.authorization === undefined
      ? refusal(403, 40301, `forbidden: ${topic}`)
      : refusal(401, 40101, `unauthorized: ${headers.authorization}`);
  }
  const fits =
    ['title', 'message'].every((name) => ['string', 'undefined'].includes(typeof message[name])) &&
    (priority === undefined ||
      (Number.isInteger(priority) && (priority as number) >= 1 && (priority as number) <= 5)) &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === 'string') &&
    [click, icon].every((link) => typeof link === 'string' && (link === '' || URL.canParse(link))) &&
    ['boolean', 'undefined'].includes(typeof message['markdown']);
  if (!fits) return refusal(400, 40024, 'invalid request: request body must be valid JSON');
  const good = (actions as Record<string, unknown>[]).every(
    ({ action, label, url }) => ['view', 'http'].includes(String(action)) && label !== '' && URL.canParse(String(url)),
  );
  if (!good || (actions as unknown[]).length > 3) return refusal(400, 40018, 'invalid request: actions invalid');
  // What is longer becomes a file, which this server has no room for.
  if (Buffer.byteLength(String(message['message'])) > 4096) return refusal(400, 40014, 'attachments not allowed');
  return json(200, { id: 'sPs71M8A2T', time: 1643935928, event: 'message', topic });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refusal(http: number, code: number, error: string): SinkAnswer {
  return json(http, { code, http, error, link: 'https://ntfy.sh/docs/publish/' });
}

function ntfy(given: Partial<NtfySettings> = {}): Integration<NtfySettings> {
  const topic = new Secret(TOPIC);
  return new Integration('ntfy', ntfySchema, { url: server.url(), topic, token: new Secret(TOKEN), ...given });
}

describe('a message to ntfy', () => {
  it.each(Object.entries(situations))('that is %s', async (_, notification) => {
    const prepared = ntfy().prepare(notification);
    expect(prepared.renderError).toBeUndefined();
    expect(prepared.preview).toMatchSnapshot();
    expect(await ntfy().send(notification)).toEqual({ ok: true });
    expect(server.bodies()).toEqual([{ topic: TOPIC, ...(prepared.preview as object) }]);
    expect(server.requests[0]!.headers['content-type']).toBe('application/json');
  });

  it('has every key of its configuration', async () => {
    const given: Partial<NtfySettings> = {
      topic: new Secret('{{ .CommonLabels.severity }}-{{ .CommonLabels.alertname }}'),
      title: 'T {{ .Status }}',
      message: '**M**',
      priority: '{{ if eq .CommonLabels.severity "page" }}max{{ end }}',
      tags: ['{{ .CommonLabels.alertname }}, warning', ' ', 'skull'],
      click: 'https://example.org/{{ .Status }}',
      icon: 'https://example.org/icon.png',
      markdown: true,
      actions: [
        { action: 'view', label: 'Look', url: 'https://example.org/', method: '', headers: {}, body: '', clear: true },
        {
          action: 'http',
          label: 'Silence {{ .Status }}',
          url: 'https://example.org/silence',
          method: 'PUT',
          headers: { Authorization: new Secret('Bearer of-the-button') },
          body: '{{ .CommonLabels.alertname }}',
          clear: false,
        },
      ],
    };
    expect(await ntfy(given).send()).toEqual({ ok: true });
    const sent = {
      title: 'T firing',
      message: '**M**',
      priority: 5,
      tags: ['Down', 'warning', 'skull'],
      click: 'https://example.org/firing',
      icon: 'https://example.org/icon.png',
      markdown: true,
    };
    const look = { action: 'view', label: 'Look', url: 'https://example.org/', clear: true };
    const silence = {
      action: 'http',
      label: 'Silence firing',
      url: 'https://example.org/silence',
      method: 'PUT',
      body: 'Down',
    };
    const actions = (authorization: string) => [look, { ...silence, headers: { Authorization: authorization } }];
    expect(server.bodies()).toEqual([{ topic: 'page-Down', ...sent, actions: actions('Bearer of-the-button') }]);
    expect(ntfy(given).prepare(situations.firing).preview).toEqual({ ...sent, actions: actions('<secret>') });
  });

  it('tells of as many alerts as fit its limit in bytes, and of how many there are more', async () => {
    expect(await ntfy().send(huge)).toEqual({ ok: true });
    const [{ message }] = server.bodies() as [{ message: string }];
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(message)).toBeGreaterThan(3900);
    expect(message).toMatch(/^- .*host-0-ü, severity=page\)$/m);
    expect(message).toMatch(/\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(await ntfy({ message: 'ü'.repeat(5000) }).send()).toEqual({ ok: true });
    const [, { message: cut }] = server.bodies() as [unknown, { message: string }];
    expect(Buffer.byteLength(cut)).toBe(4095);
  });

  it('is plain when a template fails, and goes to its topic all the same', async () => {
    const outcome = await ntfy({ message: '{{ .Nonsense }}' }).send();
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') as string });
    expect(server.bodies()).toMatchObject([
      { topic: TOPIC, title: '[FIRING:2] Down', priority: 4, message: expect.stringContaining('instance=a') as string },
    ]);
    const lost = await ntfy({ topic: new Secret('{{ .Nonsense }}') }).send();
    expect(lost).toMatchObject({ ok: false, retry: false });
    expect(JSON.stringify(lost)).toContain('the topic is empty');
    expect(server.requests.length).toBe(1);
  });

  it('has the default priority when it is none of ntfy’s', async () => {
    const outcome = await ntfy({ priority: '9' }).send();
    const warning = `the priority "9" is none of ntfy's (1 to 5), so that it was sent with the default`;
    expect(outcome).toEqual({ ok: true, warning });
    expect(await ntfy({ priority: '' }).send()).toEqual({ ok: true });
    for (const body of server.bodies()) expect(body).not.toHaveProperty('priority');
  });

  it('takes topic and token from files, or a login from http_config', async () => {
    const files: Record<string, string> = { '/topic': `{{ .Status }}-${TOPIC}\n`, '/token': ` ${TOKEN}\n` };
    const io = { readFile: async (path: string) => files[path] ?? Promise.reject(new Error(`${path} is not there`)) };
    const settings = { topic: undefined, topic_file: '/topic', token: undefined, token_file: '/token' };
    expect(await ntfy(settings).send(situations.resolved, io)).toEqual({ ok: true });
    expect(server.bodies()).toMatchObject([{ topic: `resolved-${TOPIC}` }]);
    const basic_auth = {
      username: 'phil',
      username_file: '',
      username_ref: '',
      password: new Secret(TOKEN),
      password_file: '',
      password_ref: '',
    };
    expect(await ntfy({ token: undefined, http_config: httpSettings({ basic_auth }) }).send()).toEqual({ ok: true });
    const gone = await ntfy({ ...settings, token_file: '/gone' }).send(situations.firing, io);
    expect(gone).toMatchObject({ ok: false, retry: false, message: '/gone is not there' });
  });
});

describe('ntfy may refuse a message', () => {
  it('without repeating token or topic', async () => {
    expect(await ntfy({ token: undefined }).send()).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message: 'the server answered 403: forbidden: <redacted> (40301)',
    });
    expect(await ntfy({ token: new Secret('tk_wrong') }).send()).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message: 'the server answered 401: unauthorized: <redacted> <redacted> (40101)',
    });
  });

  it('that is malformed', async () => {
    expect(await ntfy({ topic: new Secret('not a topic') }).send()).toMatchObject({
      retry: false,
      reason: 'clientError',
      message: 'the server answered 400: invalid topic (40009)',
    });
    expect(await ntfy({ click: 'nowhere' }).send()).toMatchObject({ ok: false, reason: 'clientError' });
  });

  it.each([
    [
      'many',
      { ...refusal(429, 42901, 'limit reached'), headers: { 'retry-after': '7' } },
      { retry: true, reason: 'rateLimited', retryAfterMs: 7000 },
    ],
    ['large', refusal(413, 41303, 'too large'), { retry: false, reason: 'clientError', tooLarge: true }],
    [
      'trouble',
      { status: 502, body: 'Bad Gateway' },
      { retry: true, reason: 'serverError', message: 'the server answered 502: Bad Gateway' },
    ],
  ] as [string, SinkAnswer, object][])('for it is too %s', async (_, answer, expected) => {
    server.answer(answer);
    expect(await ntfy().send()).toMatchObject({ ok: false, ...expected });
  });

  it('by not answering in time', async () => {
    server.answer({ afterMs: 2000 });
    expect(await ntfy({ timeout: 50 }).send()).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
  });
});
