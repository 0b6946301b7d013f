import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare } from '../../src/receivers/index.ts';
import { type OpsgenieSettings, opsgenieSchema } from '../../src/receivers/settings/opsgenie.ts';
import { runeCount } from '../../src/receivers/truncate.ts';
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
const resolvedOnes = notificationOf([up('a'), up('b')]);
const huge = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));

function prepared(given: Partial<OpsgenieSettings>, notification: Notification = firingOnes) {
  const settings = settingsOf(opsgenieSchema, {
    http_config: httpSettings(),
    api_url: server?.url('/') ?? 'http://127.0.0.1:1/',
    api_key: new Secret('secret-api-key'),
    ...given,
  });
  return prepare({ type: 'opsgenie', index: 0, sendResolved: true, settings }, notification, templates);
}

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const isText = (value: unknown, most: number) => typeof value === 'string' && runeCount(value) <= most;
const areTexts = (value: unknown, count: number, most: number) =>
  Array.isArray(value) && value.length <= count && value.every((one) => isText(one, most));

/** The rules of https://docs.opsgenie.com/docs/alert-api for each key of a new alert. */
const RULES: Readonly<Record<string, (value: unknown) => boolean>> = {
  message: (value) => value !== '' && isText(value, 130),
  alias: (value) => isText(value, 512),
  description: (value) => isText(value, 15_000),
  responders: (value) =>
    Array.isArray(value) &&
    (value as Record<string, unknown>[]).every(
      ({ id, name, username, type }) =>
        ['team', 'user', 'escalation', 'schedule'].includes(String(type)) && Boolean(id ?? name ?? username),
    ),
  details: (value) => Object.values(value as object).every((one) => typeof one === 'string'),
  tags: (value) => areTexts(value, 20, 50),
  actions: (value) => areTexts(value, 10, 50),
  entity: (value) => isText(value, 512),
  source: (value) => isText(value, 100),
  priority: (value) => /^P[1-5]$/.test(String(value)),
  note: (value) => isText(value, 25_000),
};

/** What may be asked, and which keys are needed then. */
const CALLS: readonly (readonly [RegExp, string, readonly string[]])[] = [
  [/^\/v2\/alerts$/, 'POST', ['message']],
  [/^\/v2\/alerts\/[^/]+\/close\?identifierType=alias$/, 'POST', []],
  [/^\/v2\/alerts\/[^/]+\/message\?identifierType=alias$/, 'PUT', ['message']],
  [/^\/v2\/alerts\/[^/]+\/description\?identifierType=alias$/, 'PUT', ['description']],
];

function opsgenieServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const refused = (status: number, message: string) => json(status, { message, took: 0.001, requestId: 'r-1' });
  const call = CALLS.find(([pattern]) => pattern.test(path));
  if (call === undefined) return refused(404, 'Not Found');
  if (method !== call[1]) return refused(405, 'Method Not Allowed');
  if (headers['content-type'] !== 'application/json') return refused(415, 'Unsupported Media Type');
  if (headers.authorization !== 'GenieKey secret-api-key') {
    return refused(401, `Could not authenticate with ${String(headers.authorization)}`);
  }
  const fields = JSON.parse(body) as Record<string, unknown>;
  const missing = call[2].find((key) => fields[key] === undefined);
  if (missing !== undefined) return refused(422, `${missing} can not be empty`);
  const wrong = Object.entries(fields).find(([key, value]) => RULES[key]?.(value) !== true);
  const details = Object.entries((fields['details'] ?? {}) as Record<string, string>);
  if (details.flat().join('').length > 8000) return refused(422, 'details exceeds 8000 characters');
  if (wrong !== undefined) return refused(422, `Request body is not processable: ${wrong[0]}`);
  return json(202, { result: 'Request will be processed', took: 0.01, requestId: 'r-1' });
}

const every: Partial<OpsgenieSettings> = {
  message: `{{ .Status }} ${'🔥'.repeat(200)}`,
  description: '{{ range .Alerts }}{{ .Labels.instance }} & {{ end }}',
  source: 'source {{ .Status }}',
  details: { team: 'own {{ .CommonLabels.team }}', extra: '{{ .Alerts | len }}' },
  entity: 'entity {{ .Status }}',
  responders: [
    { id: '', name: '{{ .CommonLabels.team }}', username: '', type: 'team' },
    { id: 'id-{{ .Status }}', name: '', username: '', type: '{{ "esc" }}alation' },
    { id: '', name: '', username: 'user@example.org', type: 'user' },
    { id: '', name: ' a,{{ .CommonLabels.team }},,b ', username: '', type: 'teams' },
    { id: '', name: '{{ .CommonLabels.nobody }}', username: '', type: '{{ .CommonLabels.nobody }}' },
  ],
  actions: 'restart,{{ .Status }}',
  tags: ' {{ .CommonLabels.team }},,x y ',
  note: 'note {{ .Status }}',
  priority: 'P{{ .Alerts | len }}',
  update_alerts: true,
};

describe('an alert for Opsgenie', () => {
  it.each([
    ['firing', firingOnes],
    ['resolved', resolvedOnes],
    ['mixed', notificationOf([down('a'), up('b')])],
    ['huge', huge],
  ])('with its defaults, %s', (_name, notification) => {
    expect(prepared({}, notification).preview).toMatchSnapshot();
  });

  it.each([
    ['firing', firingOnes],
    ['resolved', resolvedOnes],
  ])('with every key, %s', (_name, notification) => {
    expect(prepared(every, notification).preview).toMatchSnapshot();
  });

  it('describes as many whole alerts as fit, and says how many there are beyond', () => {
    const [request] = prepared({}, huge).preview as { body: { description: string } }[];
    expect(runeCount(request!.body.description)).toBeLessThanOrEqual(15_000);
    expect(request!.body.description).toMatch(/\n\+\d{4} more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
  });

  it('names a team for each name of teams, and takes other spellings as they are, as Alertmanager does', () => {
    const responders = ['teams', 'TEAMS'].map((type) => ({ id: '', name: ' a,,b ', username: '', type }));
    const [request] = prepared({ responders }).preview as { body: { responders: object[] } }[];
    expect(request!.body.responders).toEqual([
      { name: 'a', type: 'team' },
      { name: 'b', type: 'team' },
      { name: ' a,,b ', type: 'TEAMS' },
    ]);
  });

  it.each([
    ['firing', firingOnes],
    ['resolved', resolvedOnes],
  ])('is plain when a template fails, %s, for those responders who can be told', (_name, notification) => {
    const broken = {
      ...every,
      note: '{{ .Nonsense }}',
      source: '{{ .Nonsense }}',
      responders: [...(every.responders ?? []), { id: '', name: 'x', username: '', type: '{{ .Nonsense }}' }],
    };
    const { preview, renderError } = prepared(broken, notification);
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
  });
});

describe('sending to Opsgenie', () => {
  it.each([
    ['its defaults', {}, firingOnes, 1],
    ['its defaults, huge', {}, huge, 1],
    ['its defaults, resolved', {}, resolvedOnes, 1],
    ['every key', every, firingOnes, 3],
    ['every key, resolved', every, resolvedOnes, 1],
    ['a failing template', { ...every, description: '{{ .Nonsense }}' }, firingOnes, 3],
    ['nothing to say', { ...every, description: '', message: 'm', update_alerts: false }, firingOnes, 1],
  ])('is accepted with %s', async (_name, given, notification, requests) => {
    server = await HttpSink.start(opsgenieServer);
    expect(await prepared(given, notification).send(attemptIO())).toMatchObject({ ok: true });
    expect(server.requests.length).toBe(requests);
  });

  it('creates, updates and closes by one alias', async () => {
    server = await HttpSink.start(opsgenieServer);
    await prepared({ update_alerts: true }).send(attemptIO());
    await prepared({ update_alerts: true }, resolvedOnes).send(attemptIO());
    const { alias } = server.bodies()[0] as { alias: string };
    expect(alias).toMatch(/^[0-9a-f]{64}$/);
    expect(server.requests.map(({ method, path }) => `${method} ${path.replace(alias, 'ALIAS')}`)).toEqual([
      'POST /v2/alerts',
      'PUT /v2/alerts/ALIAS/message?identifierType=alias',
      'PUT /v2/alerts/ALIAS/description?identifierType=alias',
      'POST /v2/alerts/ALIAS/close?identifierType=alias',
    ]);
    const other = notificationOf([down('a')], { groupKey: '{}:{alertname="Other"}' });
    await prepared({}, other).send(attemptIO());
    expect(server.bodies()[4]).not.toMatchObject({ alias });
  });

  it('goes below the path of its URL, whose query it keeps', async () => {
    server = await HttpSink.start(json(202, {}));
    await prepared({ api_url: server.url('/eu/?a=b#c'), update_alerts: true }).send(attemptIO());
    expect(server.requests.map(({ path }) => path.replace(/[0-9a-f]{64}/, 'ALIAS')).slice(0, 2)).toEqual([
      '/eu/v2/alerts?a=b',
      '/eu/v2/alerts/ALIAS/message?a=b&identifierType=alias',
    ]);
  });

  it('stops at the first refusal', async () => {
    server = await HttpSink.start((_, count) => json(count === 2 ? 503 : 202, {}));
    expect(await prepared(every).send(attemptIO())).toMatchObject({ ok: false, retry: true, reason: 'serverError' });
    expect(server.requests.length).toBe(2);
  });

  it('leaves out what may have been too much once it is refused for its size', async () => {
    server = await HttpSink.start(opsgenieServer);
    const outcome = await prepared({ ...every, details: { big: 'x'.repeat(8000) }, note: 'a note' }).send(attemptIO());
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('details exceeds') });
    const [, second] = server.bodies() as Record<string, unknown>[];
    expect(second).toMatchObject({ details: { alertname: 'Down' }, message: '[FIRING:2] Down', priority: 'P2' });
    expect(second).not.toHaveProperty('note');
  });

  it('takes the key from a file or a template', async () => {
    server = await HttpSink.start(opsgenieServer);
    const io = attemptIO({
      readFile: async (path) =>
        path === '/key' ? ' {{ if true }}secret{{ end }}-api-key\n' : Promise.reject(new Error(`${path} is not there`)),
    });
    const file = { api_key: undefined, api_key_file: '/key' };
    expect(await prepared(file).send(io)).toEqual({ ok: true });
    const template = { api_key: new Secret('secret-api-{{ "key" }}') };
    expect(await prepared(template).send(io)).toEqual({ ok: true });
    expect(await prepared({ ...template, api_key_file: '/gone' }).send(io)).toEqual({ ok: true });
    expect(await prepared({ ...file, api_key_file: '/gone' }).send(io)).toMatchObject({
      ok: false,
      retry: false,
      message: '/gone is not there',
    });
    const empty = { api_key: new Secret('{{ .CommonLabels.nothing }}') };
    expect(await prepared(empty).send(io)).toMatchObject({ ok: false, retry: false, message: 'the API key is empty' });
  });

  it('tells of a refusal without the key', async () => {
    server = await HttpSink.start(opsgenieServer);
    const outcome = await prepared({ api_key: new Secret('wrong-key') }).send(attemptIO());
    expect(outcome).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message:
        'the server answered 401: {"message":"Could not authenticate with <redacted> <redacted>","took":0.001,"requestId":"r-1"}',
    });
  });

  it.each([
    [json(422, { message: 'no' }), { retry: false, reason: 'clientError' }],
    [json(403, { message: 'no' }), { retry: false, reason: 'authError' }],
    [json(429, {}, { 'retry-after': '3' }), { retry: true, reason: 'rateLimited', retryAfterMs: 3000 }],
    [
      json(429, {}, { 'x-ratelimit-state': 'THROTTLED', 'x-ratelimit-period-in-sec': '60' }),
      { retry: true, reason: 'rateLimited', retryAfterMs: 60_000 },
    ],
    [
      json(429, {}, { 'retry-after': '3', 'x-ratelimit-period-in-sec': '60' }),
      { retry: true, reason: 'rateLimited', retryAfterMs: 3000 },
    ],
    [json(500, {}), { retry: true, reason: 'serverError' }],
    [{ reset: true }, { retry: true, reason: 'other' }],
  ] as [SinkAnswer, object][])('is refused with %j', async (answer, expected) => {
    server = await HttpSink.start(answer);
    expect(await prepared(every).send(attemptIO())).toMatchObject({ ok: false, ...expected });
    expect(server.requests.length).toBe(1);
  });
});
