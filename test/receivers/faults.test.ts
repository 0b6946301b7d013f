// One table for all receivers that speak HTTP: each of them through each fault. What is worth another attempt, why it
// failed, and what the operator reads, in which no secret is, though the other side repeats all that it was sent.

import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare, receivers } from '../../src/receivers/index.ts';
import type { Templates } from '../../src/template/templates.ts';
import { testConfig } from '../support/config.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf } from '../support/notifications.ts';
import { attemptIO } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

/** In every secret of the table. */
const HUSH = 'hush-hush';

interface Row {
  /** An entry of its `*_configs` by the address of the other side, without a slash at the end. */
  readonly entry: (base: string) => object;
  /** What the other side says when all is well. */
  readonly well?: (request: SinkRequest) => SinkAnswer;
  /** How it says no with status 200, and what is made of it, where it does that. */
  readonly no?: readonly [body: unknown, expected: object];
  /** Nothing but the status of an answer counts. */
  readonly statusDecides?: true;
}

const json = (body: unknown): SinkAnswer => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const secretPath = (key: string): Row => ({ entry: (base) => ({ [key]: `${base}/${HUSH}-path-of-a-hook` }) });
/** Without how the message begins or ends: chats name the channel. */
const failure = (retry: boolean, reason: string, message: RegExp) => ({
  ok: false,
  retry,
  reason,
  message: expect.stringMatching(message),
});

const table: Readonly<Record<string, Row>> = {
  webhook: { ...secretPath('url'), statusDecides: true },
  discord: secretPath('webhook_url'),
  msteamsv2: secretPath('webhook_url'),
  googlechat: secretPath('url'),
  slack: {
    ...secretPath('api_url'),
    well: () => ({ body: 'ok' }),
    no: [
      { ok: false, error: 'invalid_auth' },
      failure(false, 'clientError', /^Slack refused the message: invalid_auth$/),
    ],
  },
  msteams: { ...secretPath('webhook_url'), well: () => ({ body: '1' }) },
  mattermost: { ...secretPath('webhook_url'), well: () => ({ body: 'ok' }) },
  incidentio: { entry: (base) => ({ url: `${base}/events`, alert_source_token: `${HUSH}-token` }) },
  pagerduty: { entry: (base) => ({ url: `${base}/v2/enqueue`, routing_key: `${HUSH}-key` }), statusDecides: true },
  opsgenie: { entry: (base) => ({ api_url: `${base}/`, api_key: `${HUSH}-key` }) },
  victorops: {
    entry: (base) => ({ api_url: `${base}/alert/`, api_key: `${HUSH}-key`, routing_key: 'team' }),
    well: () => json({ result: 'success' }),
    no: [
      { result: 'failure', message: 'unknown key' },
      failure(false, 'clientError', /^VictorOps refused the event: unknown key$/),
    ],
  },
  wechat: {
    entry: (base) => ({ api_url: `${base}/cgi-bin/`, api_secret: `${HUSH}-secret`, corp_id: 'corp', to_user: '@all' }),
    well: ({ path }) =>
      json({
        errcode: 0,
        errmsg: 'ok',
        ...(path.includes('gettoken') ? { access_token: `${HUSH}-granted`, expires_in: 7200 } : {}),
      }),
    no: [{ errcode: 40013, errmsg: 'invalid corpid' }, failure(false, 'authError', /40013 invalid corpid/)],
  },
  sns: {
    entry: (base) => ({
      api_url: `${base}/`,
      topic_arn: 'arn:aws:sns:us-east-1:123456789012:alerts',
      sigv4: { region: 'us-east-1', access_key: 'AKIAEXAMPLE', secret_key: `${HUSH}-secret-key` },
    }),
    well: () => ({
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    }),
  },
  telegram: {
    entry: (base) => ({ api_url: base, bot_token: `1:${HUSH}-token`, chat_id: 5 }),
    well: () => json({ ok: true, result: {} }),
    no: [
      { ok: false, error_code: 403, description: 'Forbidden: bot was kicked' },
      failure(false, 'authError', /bot was kicked/),
    ],
  },
  webex: {
    entry: (base) => ({
      api_url: `${base}/v1/messages`,
      room_id: 'room',
      http_config: { authorization: { credentials: `${HUSH}-token` } },
    }),
  },
  jira: {
    entry: (base) => ({
      api_url: `${base}/rest/api/2`,
      project: 'OPS',
      issue_type: 'Bug',
      http_config: { basic_auth: { username: 'joe', password: `${HUSH}-password` } },
    }),
    well: ({ path }) => (path.includes('search') ? json({ issues: [] }) : { status: 201, ...json({ key: 'OPS-1' }) }),
  },
  rocketchat: {
    entry: (base) => ({ api_url: base, token: `${HUSH}-token`, token_id: `${HUSH}-id` }),
    well: () => json({ success: true }),
    no: [
      { success: false, error: '[invalid-channel]' },
      failure(false, 'clientError', /^Rocket.Chat refused the message: \[invalid-channel\]$/),
    ],
  },
  ntfy: { entry: (base) => ({ url: base, topic: `${HUSH}-topic`, token: `${HUSH}-token` }) },
  gotify: { entry: (base) => ({ url: base, token: `${HUSH}-token` }), well: () => json({ id: 1 }) },
  matrix: {
    entry: (base) => ({ homeserver_url: base, access_token: `${HUSH}-token`, room_id: '!room:example.org' }),
    well: () => json({ event_id: '$1' }),
  },
  zulip: {
    entry: (base) => ({ url: base, bot_email: 'bot@example.org', api_key: `${HUSH}-key`, to: 'ops' }),
    well: () => json({ result: 'success', id: 1 }),
    no: [{ result: 'error', msg: 'Invalid stream' }, failure(false, 'clientError', /Invalid stream/)],
  },
  twilio: {
    entry: (base) => ({
      url: base,
      account_sid: 'AC1',
      auth_token: `${HUSH}-token`,
      from: '+15550100',
      to: ['+15550101'],
    }),
    well: () => ({ status: 201, ...json({ sid: 'SM1', status: 'queued' }) }),
  },
};

/** Their addresses are fixed, or they speak no HTTP. */
const ELSEWHERE = ['email', 'pushover'];

let templates: Templates;
const closing: { close(): Promise<void> }[] = [];

beforeAll(() => {
  templates = defaultTemplates();
});

afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

it('is about every receiver there is', () => {
  const types = receivers.map(({ type }) => type).filter((type) => !ELSEWHERE.includes(type));
  expect(Object.keys(table).sort()).toEqual(types.sort());
});

function prepared(type: string, base: string): Prepared {
  const receiver = { name: 'r', [`${type}_configs`]: [table[type]?.entry(base)] };
  const config = testConfig(JSON.stringify({ route: { receiver: 'r' }, receivers: [receiver] }));
  const notification = notificationOf([firing({ alertname: 'Down', instance: 'a' })]);
  return prepare(config.receivers[0]!.integrations[0]!, notification, templates);
}

async function sink(answer: (request: SinkRequest, count: number) => SinkAnswer): Promise<HttpSink> {
  const started = await HttpSink.start(answer);
  closing.push(started);
  return started;
}

/** A server that does with each connection, once something came over it, what it is told. */
async function rawServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => serve(socket));
  });
  const port = await listening(server);
  closing.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
  return `http://127.0.0.1:${port}`;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** An answer that repeats all that was sent. */
const echo =
  (status: number, headers: Readonly<Record<string, string>> = {}) =>
  (request: SinkRequest): SinkAnswer => ({
    status,
    headers: { 'content-type': 'text/plain', ...headers },
    body: `no: ${request.path} ${Object.values(request.headers).join(' ')} ${request.body}`,
  });

async function outcomeOf(type: string, base: string, timeoutMs = 8000) {
  const outcome = await prepared(type, base).send(attemptIO({ signal: AbortSignal.timeout(timeoutMs) }));
  expect(JSON.stringify(outcome)).not.toContain(HUSH);
  if (outcome.ok) return outcome;
  expect(outcome.message).toMatch(/^[^\n]{10,1500}$/);
  for (const word of outcome.message.split(/[\s"]+/))
    expect(Buffer.from(word, 'base64').toString()).not.toContain(HUSH);
  return outcome;
}

describe.each(Object.keys(table))('%s', (type) => {
  const row = table[type]!;
  const well = row.well ?? (() => ({ status: 200 }));

  it('is told when all is well', async () => {
    const server = await sink(well);
    expect(await outcomeOf(type, server.url(''))).toMatchObject({ ok: true });
  });

  it('tries again when the connection is refused', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(await outcomeOf(type, `http://127.0.0.1:${port}`)).toMatchObject(failure(true, 'other', /ECONNREFUSED/));
  });

  it('tries again when the name cannot be resolved', async () => {
    expect(await outcomeOf(type, 'http://nowhere.invalid')).toMatchObject(
      failure(true, 'other', /(?:ENOTFOUND|EAI_AGAIN) nowhere\.invalid/),
    );
  });

  it(`${row.statusDecides === true ? 'has been told' : 'tries again'} when the answer is cut off by a reset`, async () => {
    const base = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
    });
    const lost = failure(true, 'other', /ECONNRESET|closed|terminated|aborted/);
    expect(await outcomeOf(type, base)).toMatchObject(row.statusDecides === true ? { ok: true } : lost);
  });

  it('ends with the deadline when there is never an answer', async () => {
    const base = await rawServer(() => undefined);
    expect(await outcomeOf(type, base, 60)).toMatchObject(
      failure(true, 'contextDeadlineExceeded', /there was no answer in time/),
    );
  });

  it('ends with the deadline when the answer comes byte by byte', async () => {
    const base = await rawServer((socket) => {
      const bytes = 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n'.padEnd(100_000, 'x');
      let sent = 0;
      const timer = setInterval(() => socket.write(bytes.charAt(sent++)), 2);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await outcomeOf(type, base, 120)).toMatchObject(
      failure(true, 'contextDeadlineExceeded', /there was no answer in time/),
    );
  });

  it('waits as long as it is told to', async () => {
    const server = await sink(echo(429, { 'retry-after': '2' }));
    expect(await outcomeOf(type, server.url(''))).toMatchObject({
      ...failure(true, 'rateLimited', /429/),
      retryAfterMs: 2000,
    });
    expect(server.requests.length).toBe(1);
  });

  it('tries again after an error of the server, and gets through', async () => {
    const server = await sink((request, count) => (count === 1 ? echo(500)(request) : well(request)));
    const base = server.url('');
    expect(await outcomeOf(type, base)).toMatchObject(failure(true, 'serverError', /500/));
    expect(server.requests.length).toBe(1);
    expect(await outcomeOf(type, base)).toMatchObject({ ok: true });
  });

  it.each([
    [400, 'clientError'],
    [401, 'authError'],
    [403, 'authError'],
    [404, 'clientError'],
  ])('gives up after status %i: %s', async (status, reason) => {
    const server = await sink(echo(status));
    expect(await outcomeOf(type, server.url(''))).toMatchObject(failure(false, reason, new RegExp(String(status))));
  });

  const refusal = row.no;
  if (refusal === undefined) return;

  it('does not take a no for a yes, be its status 200', async () => {
    const [body, expected] = refusal;
    const server = await sink(() => json(body));
    expect(await outcomeOf(type, server.url(''))).toMatchObject(expected);
  });
});
