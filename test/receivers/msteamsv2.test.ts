import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import { type Msteamsv2Settings, msteamsv2Schema } from '../../src/receivers/settings/msteamsv2.ts';
import type { Templates } from '../../src/template/templates.ts';
import { testConfig } from '../support/config.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

const FLOW = '/workflows/0123456789abcdef/triggers/manual/paths/invoke';
const SIGNATURE = 'AbCdEf-signature_of-the-flow';
const QUERY = `?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${SIGNATURE}`;

let templates: Templates;
let server: HttpSink;
beforeAll(() => {
  templates = defaultTemplates();
});
beforeEach(async () => {
  server = await HttpSink.start(workflow);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/**
 * The rules of a workflow that posts what a webhook sends, and of https://adaptivecards.io/explorer: it accepts with 202
 * before it posts, so that what Teams would refuse is refused here, or the test would not see it.
 */
function workflow({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const [address, query] = path.split('?');
  if (address !== FLOW) return complaint(404, 'WorkflowNotFound', 'The workflow could not be found.');
  if (!`?${query}`.endsWith(`sig=${SIGNATURE}`)) return complaint(401, 'DirectApiAuthorizationRequired', 'No.');
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return { status: 400 };
  if (Buffer.byteLength(body) > 28 * 1024) return { status: 413, body: 'Request Entity too large' };
  const { type, attachments } = JSON.parse(body) as { type?: unknown; attachments?: readonly Attachment[] };
  const [one, ...more] = attachments ?? [];
  const { body: blocks = [], ...card } = one?.content ?? {};
  const good =
    type === 'message' &&
    more.length === 0 &&
    one?.contentType === 'application/vnd.microsoft.card.adaptive' &&
    one.contentUrl === null &&
    card['type'] === 'AdaptiveCard' &&
    /^1\.[0-5]$/.test(String(card['version'])) &&
    blocks.length > 0 &&
    blocks.every(isTextBlock);
  return good ? { status: 202 } : complaint(400, 'TriggerInputSchemaMismatch', 'The input body is not as expected.');
}

interface Attachment {
  readonly contentType?: unknown;
  readonly contentUrl?: unknown;
  readonly content?: Readonly<Record<string, unknown>> & { readonly body?: readonly Record<string, unknown>[] };
}

function isTextBlock(block: Readonly<Record<string, unknown>>): boolean {
  const colors = ['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention', undefined];
  return (
    block['type'] === 'TextBlock' &&
    typeof block['text'] === 'string' &&
    ['Default', 'Small', 'Medium', 'Large', 'ExtraLarge', undefined].includes(block['size'] as string) &&
    ['Default', 'Lighter', 'Bolder', undefined].includes(block['weight'] as string) &&
    ['default', 'heading', undefined].includes(block['style'] as string) &&
    colors.includes(block['color'] as string)
  );
}

function complaint(status: number, code: string, message: string): SinkAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: { code, message } }),
  };
}

const down = (instance: string) =>
  firing({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "down"` });
const up = (instance: string) => resolved({ alertname: 'Down', instance, severity: 'page' }, { summary: 'up again' });
const mixed = notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' });
const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));

function prepared(notification: Notification, given: Partial<Msteamsv2Settings> = {}): Prepared {
  const webhook_url = new Secret(server.url(FLOW + QUERY));
  const settings = settingsOf(msteamsv2Schema, { http_config: httpSettings(), webhook_url, ...given });
  return prepare({ type: 'msteamsv2', index: 0, sendResolved: true, settings }, notification, templates);
}

function send(given: Partial<Msteamsv2Settings> = {}) {
  return prepared(mixed, given).send(attemptIO());
}

describe('an adaptive card', () => {
  it.each([
    ['firing', notificationOf([down('a'), down('b')])],
    ['mixed', mixed],
    ['resolved', notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' })],
  ])('is shown for a notification that is %s', async (_name, notification) => {
    const { preview, renderError, send: attempt } = prepared(notification);
    expect(renderError).toBeUndefined();
    expect(preview).toMatchSnapshot();
    expect(await attempt(attemptIO())).toEqual({ ok: true });
  });

  it('has the keys in the order in which Alertmanager writes them', async () => {
    expect(await send({ title: 't {{ .Status }}', text: '<x>' })).toEqual({ ok: true });
    expect(server.requests[0]?.body).toBe(
      '{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,' +
        '"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard",' +
        '"version":"1.2","body":[{"type":"TextBlock","text":"t firing","weight":"Bolder","size":"Medium",' +
        '"wrap":true,"style":"heading","color":"Attention"},{"type":"TextBlock","text":"\\u003cx\\u003e",' +
        '"wrap":true}],"msteams":{"width":"full"}}}]}\n',
    );
  });

  it('says in plain words what a broken template does not say', async () => {
    const { preview, renderError, send: attempt } = prepared(mixed, { title: '{{ .Nonsense }}' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
    expect(await attempt(attemptIO())).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') });
  });

  it('tells of fewer of five thousand alerts when it would be too large', async () => {
    expect(await prepared(many).send(attemptIO())).toEqual({ ok: true });
    const { body } = server.requests[0]!;
    expect(body).toMatch(/\\n\\n\+4\d\d\d more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team"/);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(28_000);
    expect(Buffer.byteLength(body)).toBeGreaterThan(27_000);
  });

  it('is cut where one alert alone is too much', async () => {
    expect(await send({ text: '{{ printf "%30000s" "ü" }}' })).toEqual({ ok: true });
    expect(server.requests[0]?.body).toMatch(/ {27000} +…"/);
  });
});

describe('a workflow', () => {
  it('is posted to by the URL that a file holds at that moment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-msteamsv2-'));
    const webhook_url_file = join(folder, 'url');
    const given = { webhook_url: undefined, webhook_url_file };
    expect(await send(given)).toMatchObject({ ok: false, retry: false, message: expect.stringContaining('url') });
    writeFileSync(webhook_url_file, `\n ${server.url(FLOW + QUERY)}\n`);
    expect(await send(given)).toEqual({ ok: true });
    expect(server.requests[0]?.path).toBe(FLOW + QUERY);
    rmSync(folder, { recursive: true });
  });

  it.each([
    [
      'a complaint',
      complaint(400, 'TriggerInputSchemaMismatch', 'The input body is not as expected.'),
      {
        retry: false,
        reason: 'clientError',
        message: 'the server answered 400: TriggerInputSchemaMismatch: The input body is not as expected.',
      },
    ],
    ['that it is off', complaint(404, 'WorkflowTriggerIsNotEnabled', 'Off.'), { retry: false, reason: 'clientError' }],
    [
      'a wrong signature',
      complaint(401, 'DirectApiAuthorizationRequired', 'No.'),
      { retry: false, reason: 'authError' },
    ],
    [
      'too many requests',
      { ...complaint(429, 'WorkflowRunThrottled', 'Slow.'), headers: { 'retry-after': '30' } },
      { retry: true, reason: 'rateLimited', retryAfterMs: 30_000 },
    ],
    ['a size', { status: 413, body: 'Request Entity too large' }, { retry: false, tooLarge: true }],
    [
      'trouble',
      { status: 502, body: '<html>Bad Gateway</html>' },
      { retry: true, message: expect.stringContaining('Bad') },
    ],
    [
      'no words',
      { status: 400, body: '{"error":null}' },
      { retry: false, message: 'the server answered 400: {"error":null}' },
    ],
  ] as [string, SinkAnswer, object][])('answers: %s', async (_name, answer, expected) => {
    server.answer(answer);
    expect(await send()).toMatchObject({ ok: false, ...expected });
    // What is too large may be followed by a plain text at once.
    expect('tooLarge' in expected ? [1, 2] : [1]).toContain(server.requests.length);
  });

  it('never has its URL told', async () => {
    server.answer(({ path }) => complaint(404, 'WorkflowNotFound', `nothing at ${path}, ${SIGNATURE}`));
    const refused = await send();
    const unreachable = await send({ webhook_url: new Secret(`http://127.0.0.1:1${FLOW}${QUERY}`) });
    expect(refused).toMatchObject({
      message: expect.stringMatching(/^the server answered 404: WorkflowNotFound: nothing at <redacted>/),
    });
    expect(unreachable).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(JSON.stringify([refused, unreachable, prepared(mixed).preview])).not.toMatch(
      /signature_of|0123456789abcdef/,
    );
  });
});

describe('the configuration of a workflow', () => {
  const proxies = (http: string) => {
    const text = `
global: {http_config: {proxy_url: "http://user:pw@global:1"}}
route: {receiver: r}
receivers:
- name: r
  msteamsv2_configs: [{webhook_url: "http://a", http_config: ${http}}]
  msteams_configs: [{webhook_url: "http://a", http_config: ${http}}]`;
    return testConfig(text).receivers[0]?.integrations.map(({ type, settings }) => {
      const { http_config } = settings as Msteamsv2Settings;
      return [type, http_config.proxy_url, http_config.follow_redirects];
    });
  };

  it('inherits the proxy of global also where it has an http_config, unlike the others', () => {
    expect(proxies('{follow_redirects: false}')).toEqual([
      ['msteams', '', false],
      ['msteamsv2', 'http://user:pw@global:1', false],
    ]);
    expect(proxies('{proxy_url: "http://own:1"}')).toEqual([
      ['msteams', 'http://own:1', true],
      ['msteamsv2', 'http://own:1', true],
    ]);
    expect(proxies('~')).toEqual([
      ['msteams', 'http://user:pw@global:1', true],
      ['msteamsv2', 'http://user:pw@global:1', true],
    ]);
  });
});
