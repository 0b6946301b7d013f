import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceiverConfig } from '../../src/model/config.ts';
import { Secret } from '../../src/model/secret.ts';
import type { SlackSettings } from '../../src/receivers/settings/slack.ts';
import { type TestAttempt, type TestReport, TestSender } from '../../src/runtime/test-send.ts';
import { type Answerer, HttpSink, type SinkAnswer } from '../support/http-sink.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { defaultTemplates } from '../support/templates.ts';
import { type Answer, TestServer, TestState } from './server.ts';

const PATH = '/api/tocsin/v1/receivers/test';
const closing: { close(): Promise<void> }[] = [];
let sink: HttpSink;
let mail: SmtpSink;

function closed<T extends { close(): Promise<void> }>(one: T): T {
  closing.push(one);
  return one;
}

beforeEach(async () => {
  sink = closed(await HttpSink.start({ body: 'ok' }));
  mail = closed(await SmtpSink.start());
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

/** A server whose receiver `team` has those integrations. */
async function serverWith(configs: string, route = ''): Promise<TestServer> {
  const config = `route: {receiver: other, routes: [{receiver: team, matchers: ['a="b"']${route}}]}\nreceivers: [{name: other}, {name: team, ${configs}}]`;
  return closed(await TestServer.start({}, new TestState(config)));
}

async function reportOf(server: TestServer, body: object = {}, query = ''): Promise<TestReport> {
  const { status, text } = await server.post(PATH + query, { receiver: 'team', ...body });
  expect(text).toMatch(/^\{"receiver"/);
  expect(status).toBe(200);
  return JSON.parse(text) as TestReport;
}

/** What came of the notifications through the only integration. */
function attemptsOf({ integrations }: TestReport): TestAttempt[] {
  expect(integrations.length).toBe(1);
  return integrations[0]!.attempts as TestAttempt[];
}

const webhook = (path = '/hook/secret-path', more = ''): string =>
  `webhook_configs: [{url: '${sink.url(path)}'${more}}]`;

interface Body {
  readonly [field: string]: unknown;
  readonly alerts: readonly Readonly<Record<string, unknown>>[];
}

describe('a test send', () => {
  it('tells of a test alert and of its end, and reports what was answered', async () => {
    sink.answer(({ body }) => ({
      status: 200,
      headers: { 'content-type': 'text/plain', 'set-cookie': 'session=1', 'x-ratelimit-remaining': '7' },
      body: (JSON.parse(body) as Body)['status'] as string,
    }));
    const report = await reportOf(await serverWith(webhook()));
    expect(report.receiver).toBe('team');
    expect(report.integrations.map(({ integration }) => integration)).toEqual(['webhook[0]']);
    const attempts = attemptsOf(report);
    const headers = { 'content-type': 'text/plain', 'x-ratelimit-remaining': '7' };
    const request = `POST ${sink.url('/<redacted>')}`;
    expect(attempts).toMatchObject([
      { status: 'firing', ok: true, exchanges: [{ request, status: 200, headers, body: 'firing' }] },
      { status: 'resolved', ok: true, exchanges: [{ request, status: 200, headers, body: 'resolved' }] },
    ]);
    for (const { tookMs, exchanges } of attempts) {
      expect(tookMs).toBeGreaterThan(0);
      expect(Object.keys(exchanges[0]!.headers!).sort()).toEqual(['content-type', 'x-ratelimit-remaining']);
    }
    const [first, second] = sink.bodies() as Body[];
    expect(attempts.map(({ preview }) => preview)).toEqual([{ body: first }, { body: second }]);
    expect(first).toMatchObject({
      status: 'firing',
      receiver: 'team',
      notification_reason: 'first notification',
      groupKey: '{}/{tocsin_test="team"}:{alertname="TocsinTest"}',
      groupLabels: { alertname: 'TocsinTest' },
      externalURL: 'http://tocsin.example',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'TocsinTest' },
          annotations: { tocsin_test: 'This is a test of the receiver "team", sent by an operator: nothing is wrong.' },
          endsAt: '0001-01-01T00:00:00Z',
        },
      ],
    });
    expect(second).toMatchObject({
      status: 'resolved',
      groupKey: first!['groupKey'],
      alerts: [{ status: 'resolved' }],
    });
    expect(second!.alerts[0]!['startsAt']).toBe(first!.alerts[0]!['startsAt']);
    expect(Date.parse(second!.alerts[0]!['endsAt'] as string)).toBeGreaterThan(
      Date.parse(first!.alerts[0]!['startsAt'] as string),
    );
  });

  it('carries the labels and annotations that are asked for, and its mark all the same', async () => {
    const server = await serverWith(webhook(), ', labels: {tier: "{{ .CommonLabels.host }}!"}');
    const annotations = { summary: 'Hello', tocsin_test: 'not at all' };
    await reportOf(server, { labels: { alertname: 'Disk', host: 'a', none: '' }, annotations });
    expect(sink.bodies()[0]).toMatchObject({
      groupLabels: { alertname: 'Disk' },
      routeLabels: { tier: 'a!' },
      alerts: [
        {
          labels: { alertname: 'Disk', host: 'a' },
          annotations: { summary: 'Hello', tocsin_test: expect.stringMatching(/^This is a test/) as string },
        },
      ],
    });
  });

  it('leaves no trace but in the log', async () => {
    const server = await serverWith(`${webhook()}, discord_configs: [{webhook_url: '${sink.url('/refused')}'}]`);
    sink.answer(({ path }) => ({ status: path.startsWith('/refused') ? 404 : 200, body: '{"message": "Unknown"}' }));
    const { engine } = server.state;
    const before = engine.nextDeadline();
    await reportOf(server, { labels: { a: 'b' } });
    expect([[...engine.view.alerts()], [...engine.view.groups()], engine.nextDeadline()]).toEqual([[], [], before]);
    const told = server.logged.map(({ level, message, fields }) => [
      level,
      message,
      fields['integration'],
      fields['status'],
    ]);
    expect(told.sort()).toEqual([
      ['info', 'Test notification sent', 'webhook[0]', 'firing'],
      ['info', 'Test notification sent', 'webhook[0]', 'resolved'],
      ['warn', 'Test notification failed', 'discord[0]', 'firing'],
      ['warn', 'Test notification failed', 'discord[0]', 'resolved'],
    ]);
    expect(JSON.stringify(server.logged)).not.toContain('/hook');
  });

  it('reports a refusal with the words of the other side, without the secrets that it repeats', async () => {
    sink.answer(({ path, headers }) => ({
      status: 403,
      headers: { 'content-type': 'application/json', 'x-request-id': `r-${path}` },
      body: JSON.stringify({ error: 'no', path, authorization: headers.authorization }),
    }));
    const server = await serverWith(
      webhook('/hook/secret-path', `, http_config: {authorization: {credentials: 's3cr3t"and\\token'}}`),
    );
    const { text } = await server.post(PATH, { receiver: 'team' });
    expect(text).not.toMatch(/secret-path|s3cr3t/);
    const attempts = attemptsOf(JSON.parse(text) as TestReport);
    const body = '{"error":"no","path":"<redacted>","authorization":"Bearer <redacted>"}';
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({
        ok: false,
        retry: false,
        reason: 'authError',
        message: `the server answered 403: ${body}`,
        exchanges: [{ status: 403, headers: { 'x-request-id': 'r-<redacted>' }, body }],
      });
    }
    expect(attempts.length).toBe(2);
    expect(JSON.stringify(server.logged)).not.toMatch(/secret-path|s3cr3t/);
  });

  it.each([
    [
      'a redirect',
      (request) => (request.path === '/end' ? { body: 'there' } : { status: 307, headers: { location: '/end' } }),
      [
        { status: 307, headers: { location: '/end' }, body: '' },
        { status: 200, body: 'there' },
      ],
    ],
    ['no answer', () => ({ reset: true }), [{ error: expect.stringMatching(/ECONNRESET|closed/) as string }]],
  ] as [string, Answerer, object[]][])('reports %s', async (_, answer, exchanges) => {
    sink.answer(answer);
    for (const attempt of attemptsOf(await reportOf(await serverWith(webhook('/'))))) {
      expect(attempt.exchanges).toMatchObject(exchanges);
      expect(attempt.exchanges.length).toBe(exchanges.length);
    }
  });

  it('reports how the token server refuses, and says nothing of the tokens that it gives', async () => {
    const json = { 'content-type': 'application/json' };
    const asked: string[] = [];
    let right = 'client-secret';
    sink.answer(({ path, headers, body }) => {
      if (path !== '/token') return { status: 401, headers: json, body: JSON.stringify(headers.authorization) };
      asked.push(body);
      const login = Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString();
      if (login === `me:${right}`) return { headers: json, body: '{"access_token": "the-token-that-is-given"}' };
      return { status: 401, headers: json, body: JSON.stringify({ error: 'invalid_client', login, body, ...headers }) };
    });
    const oauth2 = `{client_id: me, client_secret: client-secret, token_url: '${sink.url('/token')}', endpoint_params: {password: 'of-the-owner'}}`;
    const configs = `webhook_configs: [{url: '${sink.url('/hook')}', send_resolved: false, http_config: {oauth2: ${oauth2}}}]`;
    const given = await (await serverWith(configs)).post(PATH, { receiver: 'team' });
    right = 'another';
    const refused = await (await serverWith(configs)).post(PATH, { receiver: 'team' });
    const exchangesOf = ({ text }: Answer) => attemptsOf(JSON.parse(text) as TestReport)[0]!.exchanges;
    const request = `POST ${sink.url('/<redacted>')}`;
    expect(exchangesOf(given)).toMatchObject([
      { request, status: 200, body: '' },
      { request, status: 401, body: '"Bearer <redacted>"' },
    ]);
    // In the header and in the form.
    expect(exchangesOf(refused)).toMatchObject([
      {
        request,
        status: 401,
        body: expect.stringMatching(/"error":"invalid_client","login":"me:<redacted>"/) as string,
      },
      { request, status: 401, body: expect.stringMatching(/client_secret=<redacted>/) as string },
    ]);
    expect(asked.length).toBe(3);
    expect(given.text + refused.text).not.toMatch(/the-token-that|client-secret|of-the-owner|bWU6Y2xp/);
  });

  it('reports what the templates fail with, and the plain text', async () => {
    sink.answer({ body: 'ok' });
    const server = await serverWith(
      `slack_configs: [{api_url: '${sink.url('/T/B/x')}', text: '{{ .Nonsense }}', channel: ops}]`,
    );
    const [first, second] = attemptsOf(await reportOf(server));
    expect(first).toMatchObject({
      ok: true,
      renderError: expect.stringContaining('Nonsense') as string,
      warning: expect.stringContaining('a plain text was sent') as string,
      preview: { attachments: [{ title: '[FIRING:1] TocsinTest' }] },
    });
    // Slack is not told of ends unless it is configured to be.
    expect(second).toEqual({
      status: 'resolved',
      skipped: 'send_resolved is false: it is told of firing alerts only',
    });
    expect(sink.requests.length).toBe(1);
  });

  it('updates the message that it sent when the receiver does so', async () => {
    const answer: SinkAnswer = {
      headers: { 'content-type': 'application/json' },
      body: '{"ok":true,"channel":"C1","ts":"12.5"}',
    };
    sink.answer(answer);
    const entry = '{api_url: http://slack.example, send_resolved: true, channel: ops}';
    const { state } = await serverWith(`slack_configs: [${entry}]`);
    const [other, team] = state.config().receivers as [ReceiverConfig, ReceiverConfig];
    // Only Slack's own URL is accepted together with update_message.
    const settings = {
      ...(team.integrations[0]!.settings as SlackSettings),
      api_url: new Secret(sink.url('/api/chat.postMessage')),
      update_message: true,
    };
    const integrations = [{ ...team.integrations[0]!, settings }];
    const config = { ...state.config(), receivers: [other, { ...team, integrations }] };
    const sender = new TestSender({
      equipment: () => ({ config, templates: defaultTemplates() }),
      externalURL: () => '',
      readFile: (path) => readFile(path, 'utf8'),
      log: () => undefined,
    });
    const report = await sender.send({ receiver: 'team', labels: {}, annotations: {}, timeoutMs: 5000 });
    expect(attemptsOf(report as TestReport).map(({ ok }) => ok)).toEqual([true, true]);
    expect(sink.requests.map(({ path }) => path)).toEqual(['/api/chat.postMessage', '/api/chat.update']);
  });

  it('tells every integration, or the one that is asked for', async () => {
    const url = sink.url('/a');
    const server = await serverWith(
      `webhook_configs: [{url: '${url}'}, {url: '${url}', send_resolved: false}], discord_configs: [{webhook_url: '${url}'}]`,
    );
    const all = await reportOf(server);
    const names = (report: TestReport) => report.integrations.map(({ integration }) => integration).sort();
    expect(names(all)).toEqual(['discord[0]', 'webhook[0]', 'webhook[1]']);
    expect(sink.requests.length).toBe(5);
    expect(names(await reportOf(server, { integration: 'webhook[1]' }))).toEqual(['webhook[1]']);
    expect(sink.requests.length).toBe(6);
    const none = await server.post(PATH, { receiver: 'team', integration: 'slack[0]' });
    expect([none.status, JSON.parse(none.text)]).toEqual([
      404,
      'there is no integration "slack[0]"; the integrations of the receiver: "webhook[0]", "webhook[1]", "discord[0]"',
    ]);
    expect((await reportOf(server, { receiver: 'other' })).integrations).toEqual([]);
  });

  it('waits no longer than its timeout, in the body or in the query', async () => {
    sink.answer({ afterMs: 4000 });
    const server = await serverWith(webhook());
    const began = Date.now();
    for (const report of [reportOf(server, { timeout: '150ms' }), reportOf(server, {}, '?timeout=150ms')]) {
      for (const attempt of attemptsOf(await report)) {
        const message = 'there was no answer in time';
        const exchanges = [{ request: `POST ${sink.url('/<redacted>')}`, error: message }];
        expect(attempt).toMatchObject({
          ok: false,
          retry: true,
          reason: 'contextDeadlineExceeded',
          message,
          exchanges,
        });
      }
    }
    expect(Date.now() - began).toBeLessThan(3000);
  });

  it('is refused while some others are under way', async () => {
    sink.answer({ afterMs: 300 });
    const server = await serverWith(webhook());
    const answers = await Promise.all(Array.from({ length: 5 }, () => server.post(PATH, { receiver: 'team' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(JSON.parse(refused.text)).toBe('too many test sends at once, try again later');
    expect((await server.post(PATH, { receiver: 'team' })).status).toBe(200);
  });
});

describe('a test mail', () => {
  const email = (more = ''): string =>
    `email_configs: [{to: 'a@example.org, b@example.org', from: t@example.org, smarthost: '127.0.0.1:${mail.port}', require_tls: false, send_resolved: true${more}}]`;

  it("is reported with the mail server's last word", async () => {
    const attempts = attemptsOf(await reportOf(await serverWith(email())));
    expect(attempts).toMatchObject([
      { status: 'firing', ok: true, exchanges: [{ request: `SMTP 127.0.0.1:${mail.port}`, status: 250 }] },
      { status: 'resolved', ok: true, exchanges: [{ status: 250, body: expect.stringMatching(/^250 /) as string }] },
    ]);
    expect(mail.mails.map(({ parsed }) => parsed.subject)).toEqual(['[FIRING:1] TocsinTest', '[RESOLVED] TocsinTest']);
  });

  it('is reported with who was refused, and why', async () => {
    mail = closed(
      await SmtpSink.start({
        onRcptTo: ({ address }, _session, callback) =>
          address.startsWith('b') ? callback(new Error('no such user')) : callback(),
      }),
    );
    const [first] = attemptsOf(await reportOf(await serverWith(email())));
    const request = `SMTP 127.0.0.1:${mail.port}`;
    expect(first).toMatchObject({
      ok: true,
      warning: 'the mail server refused b@example.org (550 no such user)',
      exchanges: [
        { request: `${request} RCPT TO:<b@example.org>`, status: 550, body: '550 no such user' },
        { request, status: 250 },
      ],
    });
  });

  it('is reported with the refusal of a password that the server repeats', async () => {
    mail = closed(
      await SmtpSink.start({
        password: 'right',
        onAuth: ({ password }, _session, callback) => callback(new Error(`Wrong: ${password}`)),
      }),
    );
    const login = ', auth_username: me, auth_password: s3cr3t-password';
    const { text } = await (await serverWith(email(login))).post(PATH, { receiver: 'team' });
    const [first] = attemptsOf(JSON.parse(text) as TestReport);
    expect(first).toMatchObject({
      ok: false,
      reason: 'authError',
      exchanges: [{ request: `SMTP 127.0.0.1:${mail.port}`, status: 535, body: '535 Wrong: <redacted>' }],
    });
  });

  it('is reported with an error where no server is', async () => {
    const server = await serverWith(email());
    const { port } = mail;
    await mail.close();
    const [first] = attemptsOf(await reportOf(server));
    expect(first).toMatchObject({ ok: false, retry: true });
    expect(first!.exchanges).toEqual([
      { request: `SMTP 127.0.0.1:${port}`, error: expect.stringContaining('ECONNREFUSED') as string },
    ]);
  });
});

describe('a request for a test send', () => {
  const said = ({ status, text }: Answer): [number, unknown] => [status, JSON.parse(text)];
  let server: TestServer;
  beforeEach(async () => {
    server = await serverWith(webhook());
  });
  afterEach(() => expect(sink.requests).toEqual([]));

  it('must name a receiver that there is', async () => {
    expect(said(await server.post(PATH, { receiver: 'teem' }))).toEqual([
      404,
      'there is no receiver "teem"; the receivers: "other", "team"',
    ]);
  });

  it.each([
    ['{', /^the body of a test is not understood: it is no JSON/],
    [[], /it must be an object, not an array/],
    [{}, /receiver is missing/],
    [{ receiver: 5 }, /receiver must be a string, not a number/],
    [{ receiver: 'team', lables: {} }, /there is no field "lables": the fields are receiver, /],
    [{ receiver: 'team', labels: ['a'] }, /labels must be an object, not an array/],
    [{ receiver: 'team', labels: { a: 1 } }, /labels.a must be a string, not a number/],
    [{ receiver: 'team', annotations: { '': 'x' } }, /annotations: "" is no valid name/],
    [{ receiver: 'team', timeout: '61s' }, /timeout must be more than 0 and at most 60s/],
    [{ receiver: 'team', timeout: '0s' }, /timeout must be more than 0 and at most 60s/],
    [{ receiver: 'team', timeout: 'soon' }, /timeout: .*soon.*: write 30s/],
    [{ receiver: 'team', timeout: 10 }, /timeout must be a string, not a number/],
  ])('with the body %j is refused', async (body, message) => {
    const [status, text] = said(await server.post(PATH, body));
    expect(status).toBe(400);
    expect(text).toMatch(message);
  });

  it('must be a POST of JSON of a reasonable size, which pages of other sites cannot send', async () => {
    const get = await server.get(PATH);
    expect([get.status, get.headers['allow']]).toEqual([405, 'POST']);
    const body = '{"receiver":"team"}';
    expect((await server.post(PATH, body, { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await server.post(PATH, body, { 'Content-Type': '' })).status).toBe(415);
    expect((await server.post(PATH, { receiver: 'x'.repeat(70_000) })).status).toBe(413);
    const preflight = await server.ask('OPTIONS', PATH, undefined, {
      Origin: 'http://elsewhere.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });
});
