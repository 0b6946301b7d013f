// What happens when the other side refuses a message for its size: a short plain text goes out within the same attempt, once.

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import type { Templates } from '../../src/template/templates.ts';
import { testConfig } from '../support/config.ts';
import { type Answerer, HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf } from '../support/notifications.ts';
import { attemptIO } from '../support/receiving.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { defaultTemplates } from '../support/templates.ts';

let templates: Templates;
const closing: { close(): Promise<void> }[] = [];

beforeAll(() => {
  templates = defaultTemplates();
});

afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

async function sink(answer: SinkAnswer | Answerer): Promise<HttpSink> {
  const started = await HttpSink.start(answer);
  closing.push(started);
  return started;
}

const manyAlerts = (count: number, padding = 0) =>
  notificationOf(
    Array.from({ length: count }, (_, i) =>
      firing(
        { alertname: 'Down', instance: `host${i}`, padding: 'x'.repeat(padding) },
        { summary: `host${i} is down` },
      ),
    ),
  );

/** The one entry of a receiver's `*_configs`, as the configuration would have it. */
function prepared(configs: object, notification: Notification = manyAlerts(100)): Prepared {
  const config = testConfig(JSON.stringify({ route: { receiver: 'r' }, receivers: [{ name: 'r', ...configs }] }));
  return prepare(config.receivers[0]!.integrations[0]!, notification, templates);
}

/** Refuses what is longer than `most`, with that answer. */
const refusing =
  (most: number, refusal: SinkAnswer, otherwise: SinkAnswer = {}) =>
  (request: SinkRequest) =>
    request.body.length > most ? refusal : otherwise;

const json = (status: number, body: unknown): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const discordRefusal = (code: string) =>
  json(400, {
    code: 50035,
    message: 'Invalid Form Body',
    errors: { embeds: { 0: { description: { _errors: [{ code, message: 'Too much.' }] } } } },
  });

describe('a message that is too large', () => {
  const text = '{{ range .Alerts }}{{ .Labels.instance }} is down, and this is a long text about it\n{{ end }}';
  it.each([
    ['Slack, by 413', 'slack', { status: 413, body: 'large' }],
    ['a Slack webhook', 'slack', { status: 400, body: 'msg_too_long' }],
    ['a Slack webhook, of attachments', 'slack', { status: 400, body: 'too_many_attachments' }],
    ['a Slack webhook, of a long text in one', 'slack', { status: 400, body: 'invalid_attachments' }],
    ["Slack's API", 'slack', json(200, { ok: false, error: 'msg_too_long' })],
    ["Slack's API, of attachments", 'slack', json(200, { ok: false, error: 'attachment_payload_limit_exceeded' })],
    ['Discord, of a field', 'discord', discordRefusal('BASE_TYPE_MAX_LENGTH')],
    ['Discord, of an embed', 'discord', discordRefusal('MAX_EMBED_SIZE_EXCEEDED')],
    ['Discord, as a whole', 'discord', json(413, { code: 40005, message: 'Request entity too large' })],
    ['Mattermost', 'mattermost', json(413, { message: 'large' })],
  ])('for %s goes out as a plain text, and that is told', async (_name, type, refusal) => {
    const server = await sink(refusing(3500, refusal, { body: type === 'discord' ? '' : 'ok' }));
    const entry =
      type === 'slack'
        ? { api_url: server.url('/hook-secret'), channel: '#ops', text }
        : { webhook_url: server.url('/hook-secret'), [type === 'discord' ? 'message' : 'text']: text };
    const outcome = await prepared({ [`${type}_configs`]: [entry] }).send(attemptIO());
    expect(outcome).toEqual({
      ok: true,
      warning: expect.stringMatching(/^the message was too large, so that a plain text was sent: /),
    });
    expect(JSON.stringify(outcome)).not.toContain('hook-secret');
    expect(server.requests.length).toBe(2);
    expect(server.requests[1]?.body).toMatch(/\+85 more.*This text is plain because the message was too large: /);
  });

  it('is not what is wrong with a short one for Slack', async () => {
    const server = await sink({ status: 400, body: 'invalid_attachments' });
    const entry = { api_url: server.url(), color: 'nonsense' };
    const outcome = await prepared({ slack_configs: [entry] }, manyAlerts(1)).send(attemptIO());
    expect(outcome).toEqual(expect.not.objectContaining({ tooLarge: true }));
    expect(server.requests.length).toBe(1);
  });

  it.each([
    [0, 15, 85],
    [4, 4, 96],
    [50, 15, 85],
  ])('for a webhook with max_alerts %i tells of %i', async (max_alerts, told, truncatedAlerts) => {
    let first = true;
    const server = await sink(() => {
      const answer = first ? { status: 413 } : {};
      first = false;
      return answer;
    });
    const outcome = await prepared({ webhook_configs: [{ url: server.url(), max_alerts }] }).send(attemptIO());
    expect(outcome).toEqual({
      ok: true,
      warning: 'the message was too large, so that a plain text was sent: the server answered 413',
    });
    const body = server.bodies()[1] as { alerts: unknown[]; truncatedAlerts: number };
    expect([body.alerts.length, body.truncatedAlerts]).toEqual([told, truncatedAlerts]);
  });

  it('is given up when even the plain text is', async () => {
    const server = await sink({ status: 413, body: 'still' });
    const outcome = await prepared({ slack_configs: [{ api_url: server.url(), channel: '#ops' }] }).send(attemptIO());
    expect(outcome).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      tooLarge: true,
      message:
        'channel "#ops": the server answered 413: still (a plain text, because the message was too large: channel "#ops": the server answered 413: still)',
    });
    expect(server.requests.length).toBe(2);
  });

  it('is tried again when the plain text fails for a reason that may pass', async () => {
    const server = await sink((_, count) =>
      count === 1 ? { status: 413 } : { status: 429, headers: { 'retry-after': '7' } },
    );
    const outcome = await prepared({ webhook_configs: [{ url: server.url() }] }).send(attemptIO());
    expect(outcome).toMatchObject({ ok: false, retry: true, reason: 'rateLimited', retryAfterMs: 7000 });
  });

  it('tells of a failing template as well', async () => {
    const server = await sink((_, count) => (count === 1 ? { status: 413 } : { body: 'ok' }));
    const outcome = await prepared({ slack_configs: [{ api_url: server.url(), text: '{{ .Nonsense }}' }] }).send(
      attemptIO(),
    );
    expect(outcome).toMatchObject({
      ok: true,
      warning: expect.stringMatching(/template failed.*; the message was too large/),
    });
  });

  it.each([
    ['552 5.3.4 message too big', true],
    ['552 message exceeds fixed maximum', true],
    ['554 5.2.3 too long', true],
    ['552 5.2.2 mailbox full', false],
    ['554 5.7.1 spam', false],
  ])('is told by a mail server with %s: %s', async (answer, large) => {
    let refused = false;
    const server = await SmtpSink.start({
      onData: (stream, _session, callback) => {
        stream.resume().on('end', () => {
          const error = refused
            ? null
            : Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });
          refused = true;
          callback(error);
        });
      },
    });
    closing.push(server);
    const mail = {
      to: 'a@example.org',
      from: 'b@example.org',
      smarthost: `127.0.0.1:${server.port}`,
      require_tls: false,
    };
    const outcome = await prepared({ email_configs: [mail] }).send(attemptIO());
    if (large) expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining(answer) });
    else expect(outcome).toMatchObject({ ok: false, retry: true, message: expect.stringContaining(answer) });
  });
});

describe('an event that is too large for PagerDuty', () => {
  const LIMIT = 512_000;
  const LINK = 'http://tocsin.example/#/alerts?receiver=team';
  const none = { firing: '', resolved: '', num_firing: '', num_resolved: '' };

  async function sent(details: object, notification: Notification, given: object = {}) {
    const server = await sink(({ body }) => (Buffer.byteLength(body) > LIMIT ? { status: 413 } : { status: 202 }));
    const entry = { url: server.url(), routing_key: 'k'.repeat(32), details, ...given };
    expect(await prepared({ pagerduty_configs: [entry] }, notification).send(attemptIO())).toEqual({ ok: true });
    const event = server.bodies()[0] as { payload: { custom_details: Readonly<Record<string, unknown>> } };
    return { bytes: Buffer.byteLength(server.requests[0]!.body), details: event.payload.custom_details };
  }

  it('lists as many alerts as fit, and tells of all in numbers', async () => {
    const { bytes, details } = await sent({}, manyAlerts(5000, 300));
    const listed = details['firing'] as unknown[];
    expect(details).toMatchObject({ num_firing: 5000, num_resolved: 0, resolved: [] });
    expect(listed.at(-1)).toBe(`+${5001 - listed.length} more: ${LINK}`);
    expect(listed.at(-2)).toMatchObject({ status: 'firing', labels: { instance: `host${listed.length - 2}` } });
    expect(bytes).toBeGreaterThan(LIMIT - 2000);
  });

  it('tells of fewer in texts as well, which stay texts', async () => {
    const { bytes, details } = await sent(
      { ...none, firing: '{{ range .Alerts }}{{ .Labels.instance }}: {{ .Labels.padding }}\n{{ end }}' },
      manyAlerts(5000, 300),
    );
    expect(details['firing']).toMatch(
      /^host0: x+\nhost1: x+\n(?:host\d+: x+\n)+\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/,
    );
    expect(bytes).toBeGreaterThan(LIMIT - 2000);
  });

  it('shares what room there is between its details, wherever they stand', async () => {
    const list = '{{ range .Alerts }}{{ .Labels.padding }}{{ end }}';
    const deep = { deep: [list, '{{ len .Alerts }} in all'], [`{{ "k" }}`]: [] };
    const { bytes, details } = await sent({ ...none, a: list, b: deep }, manyAlerts(1000, 500));
    expect(details['a']).toMatch(/^x+\n\+\d+ more: /);
    expect(details['b']).toEqual({ deep: [details['a'], '1000 in all'], k: [] });
    expect(bytes).toBeGreaterThan(LIMIT - 4000);
  });

  it('is left as it is up to the last byte', async () => {
    const big = { ...none, big: '{{ range .Alerts }}{{ printf "%1000s" "x" }}{{ end }}' };
    const two = manyAlerts(2);
    const withComponent = (bytes: number) => sent(big, two, { component: 'x'.repeat(bytes) });
    const room = LIMIT - (await withComponent(1)).bytes;
    const full = await withComponent(1 + room);
    expect(full.bytes).toBe(LIMIT);
    expect(String(full.details['big']).length).toBe(2000);
    const over = await withComponent(2 + room);
    expect(over.details['big']).toMatch(/^ +x\n\+1 more: /);
  });

  it('is plain where one of its fields is too long', async () => {
    const refusal = json(400, {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: ["Length of 'payload.group' is too long (maximum is 255 characters)"],
    });
    const server = await sink(({ body }) => (/x{256}/.test(body) ? refusal : { status: 202 }));
    const entry = { url: server.url(), routing_key: 'k'.repeat(32), group: 'x'.repeat(300) };
    const outcome = await prepared({ pagerduty_configs: [entry] }).send(attemptIO());
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('maximum is 255') });
    expect(server.bodies()[1]).toMatchObject({ payload: { summary: '[FIRING:100] Down' } });
  });

  it('loses its details where the alerts are not what is too much', async () => {
    const { details } = await sent({ big: '{{ printf "%512000s" "x" }}' }, manyAlerts(3));
    expect(details).toEqual({
      error: 'Custom details have been removed because the original event exceeds the maximum size of 512KB',
    });
  });

  it('has room for a key that stands in a file', async () => {
    const text = '{{ range .Alerts }}{{ .Labels.padding }}{{ end }}';
    const files = { routing_key: undefined, routing_key_file: import.meta.filename };
    const server = await sink({ status: 202 });
    const entry = { url: server.url(), ...files, details: { ...none, text } };
    const io = attemptIO({ readFile: async () => 'k'.repeat(32) });
    await prepared({ pagerduty_configs: [entry] }, manyAlerts(2000, 300)).send(io);
    const [request] = server.requests;
    expect(Buffer.byteLength(request?.body ?? '')).toBeLessThanOrEqual(LIMIT);
    expect(request?.body).toMatch(/\+\d+ more/);
  });
});
