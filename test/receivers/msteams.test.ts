import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import { type MsteamsSettings, msteamsSchema } from '../../src/receivers/settings/msteams.ts';
import type { Templates } from '../../src/template/templates.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

const HOOK = '/webhookb2/0aa2a5a8-group@tenant/IncomingWebhook/f3a1b2c4d5e6f7a8b9c0d1e2f3a4b5c6/7d8e9f';

let templates: Templates;
let server: HttpSink;
beforeAll(() => {
  templates = defaultTemplates();
});
beforeEach(async () => {
  server = await HttpSink.start(connector);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of a connector: a card with a summary or a text, no more than 28 KB, and `1` as the answer. */
function connector({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (path !== HOOK) return { status: 404, body: 'Invalid webhook URL' };
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return { status: 400, body: 'Bad payload' };
  const card = JSON.parse(body) as Record<string, unknown>;
  if (card['@context'] !== 'http://schema.org/extensions' || card['type'] !== 'MessageCard') {
    return { status: 400, body: 'Bad payload received by generic incoming webhook.' };
  }
  const texts = ['title', 'summary', 'text', 'themeColor'].map((name) => card[name]);
  if (texts.some((text) => typeof text !== 'string')) return { status: 400, body: 'Bad payload' };
  if (card['summary'] === '' && card['text'] === '') return { status: 400, body: 'Summary or Text is required.' };
  if (!/^[0-9A-F]{6}$/i.test(String(card['themeColor']))) return { status: 400, body: 'Bad payload' };
  if (Buffer.byteLength(body) > 28 * 1024) return { body: teamsError(413) };
  return { body: '1' };
}

function teamsError(status: number): string {
  return `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId tcid=0,server=PXX1PEPF0000A1,cv=x..`;
}

const down = (instance: string) =>
  firing({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "down"` });
const up = (instance: string) => resolved({ alertname: 'Down', instance, severity: 'page' }, { summary: 'up again' });
const mixed = notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' });
const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));

function prepared(notification: Notification, given: Partial<MsteamsSettings> = {}): Prepared {
  const webhook_url = new Secret(server.url(HOOK));
  const settings = settingsOf(msteamsSchema, { http_config: httpSettings(), webhook_url, ...given });
  return prepare({ type: 'msteams', index: 0, sendResolved: true, settings }, notification, templates);
}

function send(given: Partial<MsteamsSettings> = {}) {
  return prepared(mixed, given).send(attemptIO());
}

describe('a card for Microsoft Teams', () => {
  it('has a title that leaves room for the text', async () => {
    const long = { title: '"ü"'.repeat(10_000), summary: 'x'.repeat(30_000), text: 'It is down.' };
    expect(await send(long)).toEqual({ ok: true });
    const [card] = server.bodies() as Readonly<Record<'title' | 'summary' | 'text', string>>[];
    expect(card).toMatchObject({ text: 'It is down.', title: expect.stringMatching(/^("ü")+.{0,2}…$/) });
    expect(card!.summary.length).toBe(6996);
    expect(prepared(mixed, { title: 'x'.repeat(6998) }).preview).toMatchObject({ title: 'x'.repeat(6998) });
  });

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
    expect(await send({ title: 't {{ .Status }}', summary: 's & {{ .Status }}', text: '<x>' })).toEqual({ ok: true });
    expect(server.requests[0]?.body).toBe(
      '{"@context":"http://schema.org/extensions","type":"MessageCard","title":"t firing",' +
        '"summary":"s \\u0026 firing","text":"\\u003cx\\u003e","themeColor":"8C1A1A"}\n',
    );
  });

  it('says in plain words what a broken template does not say', async () => {
    const { preview, renderError, send: attempt } = prepared(mixed, { summary: '{{ .Nonsense }}' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
    expect(await attempt(attemptIO())).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') });
  });

  it.each([
    ['default', {}],
    ['of signs that JSON writes longer', { text: '{{ range .Alerts }}<"{{ .Labels.instance }}"> \n{{ end }}' }],
  ])('tells of fewer of five thousand alerts when it would be too large: %s', async (_name, given) => {
    const sent = prepared(many, given);
    const { text } = sent.preview as { text: string };
    expect(text).toMatch(/\n\n\+[34]\d\d\d more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(await sent.send(attemptIO())).toEqual({ ok: true });
    const size = Buffer.byteLength(server.requests[0]!.body);
    expect(size).toBeLessThanOrEqual(28_000);
    expect(size).toBeGreaterThan(27_000);
  });

  it('is cut where one alert alone is too much', async () => {
    expect(await send({ text: '{{ printf "%30000s" "ü" }}' })).toEqual({ ok: true });
    const { text } = server.bodies()[0] as { text: string };
    expect(text).toMatch(/^ {27000} +…$/);
  });
});

describe('a connector of Microsoft Teams', () => {
  it('is posted to by the URL that a file holds at that moment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-msteams-'));
    const webhook_url_file = join(folder, 'url');
    const given = { webhook_url: undefined, webhook_url_file };
    expect(await send(given)).toMatchObject({ ok: false, retry: false, message: expect.stringContaining('url') });
    writeFileSync(webhook_url_file, `\n ${server.url(HOOK)}\n`);
    expect(await send(given)).toEqual({ ok: true });
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['too many requests, in a 200', { body: teamsError(429) }, { retry: true, reason: 'rateLimited' }],
    [
      'too many requests, in a 200 that says when',
      { body: teamsError(429), headers: { 'retry-after': '12' } },
      { retry: true, reason: 'rateLimited', retryAfterMs: 12_000 },
    ],
    ['a size, in a 200', { body: teamsError(413) }, { retry: false, reason: 'clientError', tooLarge: true }],
    ['a refusal, in a 200', { body: teamsError(403) }, { retry: false, reason: 'authError' }],
    ['trouble, in a 200', { body: teamsError(502) }, { retry: true, reason: 'serverError' }],
    ['nonsense, in a 200', { body: teamsError(200) }, { retry: false, reason: 'clientError' }],
    [
      'an error without a status, in a 200',
      { body: 'Webhook message delivery failed with error: The operation was canceled.' },
      { retry: true, reason: 'serverError', message: expect.stringContaining('The operation was canceled') },
    ],
    ['a size', { status: 413, body: 'Request Entity too large' }, { retry: false, tooLarge: true }],
    ['too many requests', { status: 429, headers: { 'retry-after': '3' } }, { retry: true, retryAfterMs: 3000 }],
    [
      'a complaint',
      { status: 400, body: 'Summary or Text is required.' },
      { retry: false, reason: 'clientError', message: 'the server answered 400: Summary or Text is required.' },
    ],
    ['that it is gone', { status: 410, body: 'Connector configuration not found' }, { retry: false }],
    ['trouble', { status: 503 }, { retry: true, reason: 'serverError' }],
    ['trouble of a server in between', { status: 502, body: teamsError(404) }, { retry: true, reason: 'serverError' }],
  ] as [string, SinkAnswer, object][])('answers: %s', async (_name, answer, expected) => {
    server.answer(answer);
    expect(await send()).toMatchObject({ ok: false, ...expected });
    // What is too large may be followed by a plain text at once.
    expect('tooLarge' in expected ? [1, 2] : [1]).toContain(server.requests.length);
  });

  it.each(['1', '', 'ok', '{}'])('or one that stands in for it takes a message with a 200 and %j', async (body) => {
    server.answer({ body });
    expect(await send()).toEqual({ ok: true });
  });

  it('never has its URL told', async () => {
    server.answer(({ path }) => ({ status: 400, body: `no such webhook: ${path}` }));
    const refused = await send();
    const unreachable = await send({ webhook_url: new Secret(`http://127.0.0.1:1${HOOK}`) });
    expect(refused).toMatchObject({ message: 'the server answered 400: no such webhook: <redacted>' });
    expect(unreachable).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(JSON.stringify([refused, unreachable, prepared(mixed).preview])).not.toMatch(/webhookb2|7d8e9f/);
  });
});
