import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare } from '../../src/receivers/index.ts';
import { type VictoropsSettings, victoropsSchema } from '../../src/receivers/settings/victorops.ts';
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
const mixedOnes = notificationOf([down('a'), up('b')]);
const huge = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));

function prepared(given: Partial<VictoropsSettings>, notification: Notification = firingOnes) {
  const settings = settingsOf(victoropsSchema, {
    http_config: httpSettings(),
    api_url: server?.url('/alert/') ?? 'http://127.0.0.1:1/',
    api_key: new Secret('secret-api-key'),
    routing_key: 'team-{{ .CommonLabels.team }}',
    ...given,
  });
  return prepare({ type: 'victorops', index: 0, sendResolved: true, settings }, notification, templates);
}

const bodyOf = (preview: unknown) => (preview as { body: Record<string, string> }).body;

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** The REST endpoint: https://help.victorops.com/knowledge-base/rest-endpoint-integration-guide/. */
function victoropsServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const [, key, routingKey] = /^\/alert\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (method !== 'POST' || key !== 'secret-api-key')
    return json(404, { result: 'failure', message: `no key in ${path}` });
  if (routingKey === 'nobody') return json(200, { result: 'failure', message: `nobody is at ${path}` });
  if (headers['content-type'] !== 'application/json') return json(400, { result: 'failure', message: 'not JSON' });
  const event = JSON.parse(body) as Record<string, unknown>;
  const failure = (message: string) => json(400, { result: 'failure', message });
  if (!['CRITICAL', 'WARNING', 'ACKNOWLEDGEMENT', 'INFO', 'RECOVERY'].includes(String(event['message_type']))) {
    return failure('message_type is not one of those there are');
  }
  if (Object.values(event).some((value) => typeof value !== 'string')) return failure('a field is no text');
  if (runeCount(String(event['state_message'])) > 20_480) return failure('state_message is too long');
  if (String(event['entity_id']).length > 512) return failure('entity_id is too long');
  return json(200, { result: 'success', entity_id: event['entity_id'] });
}

const every: Partial<VictoropsSettings> = {
  message_type: '{{ if eq .Status "firing" }}WARNING{{ end }}',
  state_message: '{{ range .Alerts }}{{ .Labels.instance }} & {{ end }}',
  entity_display_name: 'name {{ .Status }}',
  monitoring_tool: 'tool {{ .Status }}',
  custom_fields: { zone: 'z {{ .CommonLabels.team }}', a_first: '1', empty: '' },
};

describe('an event for VictorOps', () => {
  it.each([
    ['firing', firingOnes],
    ['resolved', resolvedOnes],
    ['mixed', mixedOnes],
  ])('with its defaults, %s', (_name, notification) => {
    expect(prepared({}, notification).preview).toMatchSnapshot();
  });

  it.each([
    ['firing', firingOnes],
    ['resolved', resolvedOnes],
  ])('with every key, %s', (_name, notification) => {
    expect(prepared(every, notification).preview).toMatchSnapshot();
  });

  it.each([
    ['INFO', 'INFO'],
    ['WARNING', 'WARNING'],
    ['CRITICAL', 'CRITICAL'],
    ['', 'CRITICAL'],
    ['warning', 'CRITICAL'],
    ['RECOVERY', 'CRITICAL'],
    ['{{ .CommonLabels.nothing }}', 'CRITICAL'],
  ])('of the type %j is %s while something fires, and a recovery in the end', (message_type, type) => {
    expect(bodyOf(prepared({ message_type }, mixedOnes).preview)).toMatchObject({ message_type: type });
    expect(bodyOf(prepared({ message_type }, resolvedOnes).preview)).toMatchObject({ message_type: 'RECOVERY' });
  });

  it('tells of as many whole alerts as fit, and says how many there are beyond', () => {
    const { state_message = '' } = bodyOf(prepared({}, huge).preview);
    expect(runeCount(state_message)).toBeLessThanOrEqual(20_480);
    expect(runeCount(state_message)).toBeGreaterThan(20_000);
    expect(state_message).toMatch(/\n\+\d{4} more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
  });

  it('is plain when a template fails, for those who are meant', () => {
    const { preview, renderError } = prepared({ ...every, state_message: '{{ .Nonsense }}' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
  });
});

describe('sending to VictorOps', () => {
  it.each([
    ['its defaults', {}, firingOnes],
    ['its defaults, resolved', {}, resolvedOnes],
    ['its defaults, huge', {}, huge],
    ['every key', every, firingOnes],
    ['too long a text', { state_message: '🔥{{ printf "%20480s" .Status }}' }, firingOnes],
    ['a failing template', { ...every, monitoring_tool: '{{ .Nonsense }}' }, firingOnes],
  ])('is accepted with %s', async (_name, given, notification) => {
    server = await HttpSink.start(victoropsServer);
    expect(await prepared(given, notification).send(attemptIO())).toMatchObject({ ok: true });
    expect(server.requests.map(({ path }) => path)).toEqual(['/alert/secret-api-key/team-db']);
  });

  it('is about one entity from the first event to the last', async () => {
    server = await HttpSink.start(victoropsServer);
    await prepared({}).send(attemptIO());
    await prepared({}, resolvedOnes).send(attemptIO());
    const ids = (server.bodies() as { entity_id: string }[]).map((event) => event.entity_id);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  it('goes below the path of its URL, with what a path must not hold escaped', async () => {
    server = await HttpSink.start(json(200, { result: 'success' }));
    const given = { api_url: server.url('/x/?a=b#c'), routing_key: "a b/ü?{{ .Status }}#%$&+,:;=@'()" };
    expect(await prepared(given).send(attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]?.path).toBe('/x/secret-api-key/a%20b/%C3%BC%3Ffiring%23%25$&+,:;=@%27%28%29?a=b');
  });

  it('takes the key from a file, and a key that stands there before one in a file', async () => {
    server = await HttpSink.start(victoropsServer);
    const io = attemptIO({
      readFile: async (path) =>
        path === '/key' ? ' secret-api-key\n' : Promise.reject(new Error(`${path} is not there`)),
    });
    expect(await prepared({ api_key: undefined, api_key_file: '/key' }).send(io)).toEqual({ ok: true });
    expect(await prepared({ api_key_file: '/gone' }).send(io)).toEqual({ ok: true });
    expect(await prepared({ api_key: undefined, api_key_file: '/gone' }).send(io)).toMatchObject({
      ok: false,
      retry: false,
      message: '/gone is not there',
    });
    const empty = attemptIO({ readFile: async () => '\n' });
    expect(await prepared({ api_key: undefined, api_key_file: '/empty' }).send(empty)).toMatchObject({
      ok: false,
      retry: false,
      message: 'the API key is empty',
    });
  });

  it('tells of a refusal without the key', async () => {
    server = await HttpSink.start(victoropsServer);
    expect(await prepared({ api_key: new Secret('wrong-key') }).send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: 'the server answered 404: {"result":"failure","message":"no key in <redacted>"}',
    });
    expect(await prepared({ routing_key: 'nobody' }).send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: 'VictorOps refused the event: nobody is at <redacted>',
    });
  });

  it.each([
    [
      json(200, { result: 'failure', messages: ['a', 'b'] }),
      { retry: false, message: 'VictorOps refused the event: a; b' },
    ],
    [json(200, { result: 'failure' }), { retry: false, message: 'VictorOps refused the event' }],
    [json(403, {}), { retry: false, reason: 'authError' }],
    [json(429, {}, { 'retry-after': '7' }), { retry: true, reason: 'rateLimited', retryAfterMs: 7000 }],
    [json(502, {}), { retry: true, reason: 'serverError' }],
    [{ reset: true }, { retry: true, reason: 'other' }],
  ] as [SinkAnswer, object][])('is refused with %j', async (answer, expected) => {
    server = await HttpSink.start(answer);
    expect(await prepared({}).send(attemptIO())).toMatchObject({ ok: false, ...expected });
    expect(server.requests.length).toBe(1);
  });

  it.each(['', 'welcome', '[]', '{"result":"success"}'])('takes %j for success', async (body) => {
    server = await HttpSink.start({ body });
    expect(await prepared({}).send(attemptIO())).toEqual({ ok: true });
  });
});
