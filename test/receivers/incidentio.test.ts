import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { incidentio } from '../../src/receivers/incidentio.ts';
import { prepare } from '../../src/receivers/index.ts';
import { plainText } from '../../src/receivers/plain.ts';
import { type IncidentioSettings, incidentioSchema } from '../../src/receivers/settings/incidentio.ts';
import type { Templates } from '../../src/template/templates.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, NOW, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

const TOKEN = 'alert-source-token-0123456789';
const PATH = '/v2/alert_events/alertmanager/01GW2G3V0S59R238FAHPDS1R66';
const MOST = 512 * 1024;

let templates: Templates;
let server: HttpSink;
beforeAll(() => {
  templates = defaultTemplates();
});
beforeEach(async () => {
  server = await HttpSink.start(incidentIo);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** What incident.io documents: a bearer token, JSON of a limited size, 202 for an event that it takes. */
function incidentIo({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (method !== 'POST' || path !== PATH) return refusal(404, 'not_found', 'No such alert source');
  if (headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, 'authentication_error', 'Bad token');
  if (Buffer.byteLength(body) > MOST) return refusal(429, 'too_many_requests', 'Payload too large');
  if (headers['content-type'] !== 'application/json') return refusal(415, 'invalid', 'Not JSON');
  const { version, status, alerts, groupKey } = JSON.parse(body) as Record<string, unknown>;
  if (version !== '1' || !Array.isArray(alerts) || alerts.length === 0 || typeof groupKey !== 'string')
    return refusal(422, 'validation_error', 'No alerts');
  if (status !== 'firing' && status !== 'resolved') return refusal(422, 'validation_error', 'Unknown status');
  return { status: 202, body: JSON.stringify({ status: 'success', message: 'Event accepted for processing' }) };
}

function refusal(status: number, type: string, message: string, more: object = {}): SinkAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type, status, request_id: 'id', errors: [{ code: type, message }], ...more }),
  };
}

function settings(given: Partial<IncidentioSettings> = {}): IncidentioSettings {
  const base = { http_config: httpSettings(), url: server.url(PATH), alert_source_token: new Secret(TOKEN) };
  return settingsOf(incidentioSchema, { ...base, ...given });
}

function prepared(notification: Notification, given: Partial<IncidentioSettings> = {}) {
  return prepare(
    { type: 'incidentio', index: 0, sendResolved: true, settings: settings(given) },
    notification,
    templates,
  );
}

const down = (instance: string, text = 'down') => firing({ alertname: 'Down', instance }, { text });
const up = (instance: string) => resolved({ alertname: 'Down', instance });
const one = notificationOf([down('a')]);

describe('what is rendered for incident.io', () => {
  it.each([
    ['firing', notificationOf([down('a'), down('b')])],
    ['resolved', notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' })],
    ['mixed', notificationOf([down('a'), up('b')], { reason: 'some alerts resolved', routeLabels: { team: 'ops' } })],
  ])('when it is %s', (_name, notification) => {
    expect(prepared(notification).preview).toMatchSnapshot();
  });

  it('tells of no more alerts than max_alerts, and how many it leaves out', () => {
    const three = notificationOf([down('a'), down('b'), up('c')]);
    expect(prepared(three, { max_alerts: 2 }).preview).toMatchObject({
      truncatedAlerts: 1,
      alerts: [{ labels: { instance: 'a' } }, { labels: { instance: 'b' } }],
    });
    expect(prepared(three, { max_alerts: 3 }).preview).toMatchObject({ truncatedAlerts: 0 });
  });

  it('tells of the first alert alone where all of them are too much', () => {
    const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));
    const { alerts, truncatedAlerts, commonLabels } = prepared(many).preview as Record<string, unknown>;
    expect(alerts).toMatchObject([{ labels: { instance: 'host0' } }]);
    // As Alertmanager counts: those that max_alerts leaves out.
    expect(truncatedAlerts).toBe(0);
    expect(commonLabels).toEqual({ alertname: 'Down' });
  });

  it('counts bytes to the last one', () => {
    const size = (text: string) =>
      Buffer.byteLength(incidentio.render(notificationOf([down('a', text), down('b')]), settings(), templates).body);
    const room = MOST - size('');
    expect(size('x'.repeat(room))).toBe(MOST);
    expect(size('x'.repeat(room + 1))).toBeLessThan(MOST);
    expect(size('ä'.repeat(Math.floor(room / 2) + 1))).toBeLessThan(MOST);
  });
});

describe('what is sent to incident.io', () => {
  it('carries the token, as it is configured or as a file holds it at that moment', async () => {
    expect(await prepared(one).send(attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-incidentio-'));
    const [token, url] = ['token', 'url'].map((name) => join(folder, name)) as [string, string];
    const files = { alert_source_token: undefined, alert_source_token_file: token, url: '', url_file: url };
    writeFileSync(token, 'old');
    writeFileSync(url, ` ${server.url(PATH)}\n`);
    const filed = prepared(one, files);
    expect(await filed.send(attemptIO())).toMatchObject({ ok: false, retry: false, reason: 'authError' });
    writeFileSync(token, `${TOKEN}\n`);
    expect(await filed.send(attemptIO())).toEqual({ ok: true });
    writeFileSync(token, '\n');
    expect(await filed.send(attemptIO())).toMatchObject({ ok: false, message: `the file ${token} holds no token` });
    writeFileSync(url, '\n');
    expect(await filed.send(attemptIO())).toMatchObject({ ok: false, message: `the file ${url} holds no URL` });
    rmSync(folder, { recursive: true });
    expect(await filed.send(attemptIO())).toMatchObject({ retry: false, message: expect.stringContaining(url) });
  });

  it('carries what the http_config says when there is no token, and the token before that', async () => {
    const authorization = (credentials: string) => ({
      type: 'Bearer',
      credentials: new Secret(credentials),
      credentials_file: '',
      credentials_ref: '',
    });
    const own = { http_config: httpSettings({ authorization: authorization(TOKEN) }), alert_source_token: undefined };
    expect(await prepared(one, own).send(attemptIO())).toEqual({ ok: true });
    const both = { http_config: httpSettings({ authorization: authorization('another') }) };
    expect(await prepared(one, both).send(attemptIO())).toEqual({ ok: true });
  });

  it('is final when incident.io refuses it, in its own words and without the token', async () => {
    server.answer(refusal(422, 'validation_error', `A title is required, ${TOKEN}`));
    expect(await prepared(one).send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: 'the server answered 422: A title is required, <redacted>',
    });
    for (const body of ['{"message":"m","error":"e","errors":["a","b"]}', 'no JSON', '[1]', '{"errors":{"a":1}}']) {
      server.answer({ status: 400, body });
      const { message } = (await prepared(one).send(attemptIO())) as { message: string };
      expect(message).toBe(`the server answered 400${body.startsWith('{"m') ? ': m: e: a, b' : ''}`);
    }
  });

  it('waits as long as it is asked to', async () => {
    const soon = new Date(NOW + 7000).toUTCString().replace('GMT', 'UTC');
    server.answer(refusal(429, 'too_many_requests', 'Slow down', { rate_limit: { limit: 1200, retry_after: soon } }));
    expect(await prepared(one).send(attemptIO())).toMatchObject({
      retry: true,
      reason: 'rateLimited',
      retryAfterMs: 7000,
    });
    server.answer({ status: 503, headers: { 'retry-after': '3' } });
    expect(await prepared(one).send(attemptIO())).toMatchObject({ retry: true, retryAfterMs: 3000 });
    server.answer({
      ...refusal(429, 'too_many_requests', 'Slow down', { rate_limit: { retry_after: soon } }),
      headers: { 'retry-after': '20' },
    });
    expect(await prepared(one).send(attemptIO())).toMatchObject({ retryAfterMs: 20_000 });
    server.answer({ status: 500 });
    expect(await prepared(one).send(attemptIO())).not.toHaveProperty('retryAfterMs');
  });

  it('ends at its own timeout', async () => {
    server.answer({ afterMs: 2000 });
    expect(await prepared(one, { timeout: 50 }).send(attemptIO())).toMatchObject({
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
    });
  });

  it('is not repeated when one alert is too large: there is a short form of it, which gets through', async () => {
    const large = notificationOf([down('a', 'x'.repeat(MOST)), down('b')]);
    const message = incidentio.render(large, settings(), templates);
    expect(await incidentio.send(message, settings(), attemptIO())).toMatchObject({
      ok: false,
      retry: false,
      tooLarge: true,
    });
    const plain = incidentio.renderPlain(large, settings(), templates, plainText(large, 'too large'));
    expect(incidentio.preview(plain)).toMatchSnapshot();
    expect(await incidentio.send(plain, settings(), attemptIO())).toEqual({ ok: true });
  });
});
