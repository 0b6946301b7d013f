import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { discord } from '../../src/receivers/discord.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type PagerdutyMessage, pagerduty } from '../../src/receivers/pagerduty.ts';
import { discordSchema } from '../../src/receivers/settings/discord.ts';
import { pagerdutySchema } from '../../src/receivers/settings/pagerduty.ts';
import { type SlackSettings, slackSchema } from '../../src/receivers/settings/slack.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { type WebhookSettings, webhookSchema } from '../../src/receivers/settings/webhook.ts';
import { type SlackMessage, slack } from '../../src/receivers/slack.ts';
import { webhook } from '../../src/receivers/webhook.ts';
import { TemplateError } from '../../src/template/templates.ts';
import { Authority } from '../support/certificates.ts';
import { type Answerer, HttpSink, type SinkAnswer } from '../support/http-sink.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';

const closing: { close(): Promise<void> }[] = [];

async function sink(answer: SinkAnswer | Answerer = {}): Promise<HttpSink> {
  const started = await HttpSink.start(answer);
  closing.push(started);
  return started;
}

afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

const json = (body: unknown): SinkAnswer => ({
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

describe('a webhook', () => {
  const settings = (given: Partial<WebhookSettings> = {}) =>
    settingsOf(webhookSchema, { http_config: httpSettings(), ...given });
  const inline = (url: string) => ({ inline: new Secret(url), file: '', execute: (text: string) => text });

  it('is posted to its URL', async () => {
    const server = await sink();
    const message = { url: inline(server.url('/hook')), body: '{"version":"4"}\n' };
    expect(await webhook.send(message, settings(), attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]).toMatchObject({ path: '/hook', body: '{"version":"4"}\n' });
  });

  it('is posted to the URL that a file holds at that moment, which is a template', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-url-'));
    const file = join(folder, 'url');
    const server = await sink();
    const message = {
      url: { inline: undefined, file, execute: (text: string) => text.replace('{{ x }}', 'y') },
      body: '{}',
    };
    for (const path of ['/first', '/{{ x }}']) {
      writeFileSync(file, `  ${server.url(path)}\n`);
      await webhook.send(message, settings(), attemptIO());
    }
    expect(server.requests.map((request) => request.path)).toEqual(['/first', '/y']);
    rmSync(folder, { recursive: true });
    const gone = await webhook.send(message, settings(), attemptIO());
    expect(gone).toMatchObject({ ok: false, retry: false, message: expect.stringContaining(file) });
  });

  it('is not posted when the URL comes to nothing', async () => {
    const outcome = await webhook.send({ url: inline(''), body: '{}' }, settings(), attemptIO());
    expect(outcome).toMatchObject({
      ok: false,
      retry: false,
      message: 'the URL is empty once its template is executed',
    });
    const failing = {
      inline: undefined,
      file: '/f',
      execute: () => {
        throw new TemplateError('the template in url fails');
      },
    };
    const io = attemptIO({ readFile: async () => 'x' });
    expect(await webhook.send({ url: failing, body: '{}' }, settings(), io)).toMatchObject({
      ok: false,
      retry: false,
      message: 'the template in url fails',
    });
  });

  it('has a timeout of its own', async () => {
    const server = await sink({ afterMs: 3000 });
    const message = { url: inline(server.url()), body: '{}' };
    expect(await webhook.send(message, settings({ timeout: 50 }), attemptIO())).toMatchObject({
      ok: false,
      retry: true,
      message: 'there was no answer within the timeout of 0.05s',
    });
  });
});

describe('Slack', () => {
  const settings = (url: string, given: Partial<SlackSettings> = {}) =>
    settingsOf(slackSchema, { http_config: httpSettings(), api_url: new Secret(url), ...given });
  const message: SlackMessage = {
    body: { channel: '#ops', username: 'Tocsin', attachments: [{ text: 'x & y' }] },
    known: undefined,
  };

  it('takes a message through an incoming webhook', async () => {
    const server = await sink({ body: 'ok', headers: { 'content-type': 'text/html' } });
    expect(await slack.send(message, settings(server.url('/services/T/B/x')), attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]?.body).toBe(
      '{"channel":"#ops","username":"Tocsin","attachments":[{"text":"x \\u0026 y"}]}\n',
    );
  });

  it.each([
    [
      'a text',
      { body: 'no_text' },
      { retry: false, reason: 'clientError', message: 'channel "#ops": Slack refused the message: no_text' },
    ],
    [
      'an error',
      json({ ok: false, error: 'invalid_auth' }),
      { retry: false, reason: 'clientError', message: 'channel "#ops": Slack refused the message: invalid_auth' },
    ],
    ['a limit', json({ ok: false, error: 'rate_limited' }), { retry: true, reason: 'rateLimited' }],
    ['trouble of its own', json({ ok: false, error: 'internal_error' }), { retry: true, reason: 'clientError' }],
    [
      'a move to another plan',
      json({ ok: false, error: 'org_login_required' }),
      { retry: true, reason: 'clientError' },
    ],
    [
      'broken JSON',
      { headers: { 'content-type': 'application/json' }, body: '{"ok":tr' },
      { retry: true, reason: 'clientError' },
    ],
    [
      'JSON that is no object',
      { headers: { 'content-type': 'application/json' }, body: 'null' },
      { retry: false, reason: 'clientError' },
    ],
    [
      'status 404',
      { status: 404, body: 'no_service' },
      { retry: false, reason: 'clientError', message: 'channel "#ops": the server answered 404: no_service' },
    ],
    ['status 403', { status: 403, body: 'invalid_token' }, { retry: false, reason: 'authError' }],
    ['status 500', { status: 500 }, { retry: true, reason: 'serverError' }],
    [
      'status 429',
      { status: 429, headers: { 'retry-after': '30' } },
      { retry: true, reason: 'rateLimited', retryAfterMs: 30_000 },
    ],
  ] as [string, SinkAnswer, object][])('may answer with %s', async (_, answer, expected) => {
    const server = await sink(answer);
    const outcome = await slack.send(message, settings(server.url()), attemptIO());
    expect(outcome).toMatchObject({ ok: false, ...expected });
  });

  it('gives a receipt for a message that is to be updated', async () => {
    const server = await sink(json({ ok: true, channel: 'C024BE91L', ts: '1503435956.000247' }));
    const url = server.url('/api/chat.postMessage');
    expect(await slack.send(message, settings(url, { update_message: true }), attemptIO())).toEqual({
      ok: true,
      receipt: 'C024BE91L:1503435956.000247',
    });
    expect(await slack.send(message, settings(url), attemptIO())).toEqual({ ok: true });
  });

  const known = { channel: 'C024BE91L', ts: '1503435956.000247' };

  it('updates the message that it knows', async () => {
    const server = await sink(json({ ok: true, ...known }));
    const update = settings(server.url('/api/chat.postMessage'), { update_message: true });
    expect(await slack.send({ ...message, known }, update, attemptIO())).toMatchObject({
      ok: true,
      receipt: 'C024BE91L:1503435956.000247',
    });
    expect(server.requests.map((request) => request.path)).toEqual(['/api/chat.update']);
    expect(server.requests[0]?.body).toMatch(/^\{"channel":"C024BE91L","ts":"1503435956.000247","username":"Tocsin",/);
  });

  it('posts a new message when the one that it knew is gone', async () => {
    const fresh = { channel: 'C024BE91L', ts: '1600000000.000001' };
    const server = await sink(({ path }) =>
      path === '/api/chat.update' ? json({ ok: false, error: 'message_not_found' }) : json({ ok: true, ...fresh }),
    );
    const update = settings(server.url('/api/chat.postMessage'), { update_message: true });
    expect(await slack.send({ ...message, known }, update, attemptIO())).toEqual({
      ok: true,
      receipt: 'C024BE91L:1600000000.000001',
    });
    expect(server.bodies()[1]).toEqual({ channel: '#ops', username: 'Tocsin', attachments: [{ text: 'x & y' }] });
  });

  it('does not post a second message when the update fails for another reason', async () => {
    const server = await sink(json({ ok: false, error: 'invalid_auth' }));
    const update = settings(server.url('/api/chat.postMessage'), { update_message: true });
    expect(await slack.send({ ...message, known }, update, attemptIO())).toMatchObject({ ok: false, retry: false });
    expect(server.requests.length).toBe(1);
  });

  it('takes the URL from a file', async () => {
    const server = await sink({ body: 'ok' });
    const file = settings('', { api_url: undefined, api_url_file: '/url' });
    const io = attemptIO({ readFile: async () => `${server.url('/from-file')}\n` });
    expect(await slack.send(message, file, io)).toEqual({ ok: true });
    expect(server.requests[0]?.path).toBe('/from-file');
    const gone = attemptIO({ readFile: async () => Promise.reject(new Error('/url is not there')) });
    expect(await slack.send(message, file, gone)).toMatchObject({
      ok: false,
      retry: false,
      message: '/url is not there',
    });
  });
});

describe('Discord', () => {
  const settings = (url: string, given = {}) =>
    settingsOf(discordSchema, { http_config: httpSettings(), webhook_url: new Secret(url), ...given });
  const message = {
    content: '',
    embeds: [{ title: 't', description: 'd', color: 1 }],
    username: 'Tocsin',
    avatar_url: undefined,
  };

  it('takes a message at any address', async () => {
    const server = await sink({ status: 204 });
    expect(await discord.send(message, settings(server.url('/some/where?a=b')), attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/some/where?a=b' });
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
    expect(server.bodies()).toEqual([
      { content: '', embeds: [{ title: 't', description: 'd', color: 1 }], username: 'Tocsin' },
    ]);
  });

  it('is asked to say whether it has stored the message', async () => {
    const server = await sink(json({ id: '1' }));
    await discord.send(message, settings(server.url('/api/webhooks/123/to-ken_')), attemptIO());
    await discord.send(message, settings(server.url('/api/webhooks/123/to-ken_?thread_id=5')), attemptIO());
    expect(server.requests.map((request) => request.path)).toEqual([
      '/api/webhooks/123/to-ken_?wait=true',
      '/api/webhooks/123/to-ken_?thread_id=5&wait=true',
    ]);
  });

  it("has its complaints put into words, without the webhook's token", async () => {
    const server = await sink(({ path }) => ({
      status: 400,
      ...json({
        code: 50035,
        message: `Invalid Form Body ${path}`,
        errors: {
          embeds: {
            0: { title: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 256 or fewer in length.' }] } },
          },
        },
      }),
    }));
    const outcome = await discord.send(message, settings(server.url('/api/webhooks/123/secret-token')), attemptIO());
    expect(outcome).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message:
        'the server answered 400: Invalid Form Body <redacted> embeds[0].title[BASE_TYPE_MAX_LENGTH]: Must be 256 or fewer in length.',
      tooLarge: true,
    });
  });

  it.each([
    [
      '429',
      { status: 429, headers: { 'retry-after': '2', 'x-ratelimit-scope': 'shared' }, body: '{}' },
      { retry: true, reason: 'rateLimited', retryAfterMs: 2000 },
    ],
    [
      '429 with the wait in the body only',
      {
        status: 429,
        headers: { 'content-type': 'application/json', 'x-ratelimit-reset-after': '1.5' },
        body: '{"message":"The resource is being rate limited.","retry_after":64.57,"global":false}',
      },
      { retry: true, reason: 'rateLimited', retryAfterMs: 64_570 },
    ],
    [
      '500',
      { status: 500, body: 'oops' },
      { retry: true, reason: 'serverError', message: 'the server answered 500: oops' },
    ],
    [
      '404 in HTML',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>gone</h1>' },
      { retry: false, reason: 'clientError', message: 'the server answered 404: <h1>gone</h1>' },
    ],
    [
      '401',
      { status: 401, ...json({ message: '401: Unauthorized', code: 0 }) },
      { retry: false, reason: 'authError', message: 'the server answered 401: 401: Unauthorized' },
    ],
    ['a reset', { reset: true }, { retry: true, reason: 'other' }],
    ['a redirect to nowhere', { status: 302 }, { retry: false, reason: 'other' }],
  ] as [string, SinkAnswer, object][])('may answer %s, and is asked once', async (_, answer, expected) => {
    const server = await sink(answer);
    expect(await discord.send(message, settings(server.url()), attemptIO())).toMatchObject({ ok: false, ...expected });
    expect(server.requests.length).toBe(1);
  });

  it.each([
    [{ status: 204, remaining: '1' }, { ok: true }],
    [
      { status: 204, remaining: '0' },
      { ok: true, holdMs: 1501 },
    ],
    [
      { status: 429, remaining: '0' },
      { ok: false, reason: 'rateLimited', retryAfterMs: 1501 },
    ],
    [
      { status: 500, remaining: '0' },
      { ok: false, reason: 'serverError' },
    ],
  ])('tells what is left of its window: %j', async ({ status, remaining }, expected) => {
    const headers = { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset-after': '1.5005' };
    const server = await sink({ status, headers });
    const { message: _, ...outcome } = {
      message: '',
      ...(await discord.send(message, settings(server.url()), attemptIO())),
    };
    expect(outcome).toEqual(expected.ok ? expected : { retry: true, ...expected });
  });

  it('is left alone at the deadline', async () => {
    const server = await sink({ afterMs: 3000 });
    const io = attemptIO({ signal: AbortSignal.timeout(200) });
    expect(await discord.send(message, settings(server.url()), io)).toMatchObject({
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
    });
  });

  it('takes many messages at once', async () => {
    const server = await sink({ status: 204, afterMs: 30 });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => discord.send(message, settings(server.url()), attemptIO())),
    );
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
  });

  it('takes the URL from a file', async () => {
    const server = await sink({ status: 204 });
    const io = attemptIO({ readFile: async () => ` ${server.url('/f')}\n` });
    const file = settings('', { webhook_url: undefined, webhook_url_file: '/url' });
    expect(await discord.send(message, file, io)).toEqual({ ok: true });
    expect(server.requests[0]?.path).toBe('/f');
  });
});

describe('PagerDuty', () => {
  const key = (text: string) => ({ inline: new Secret(text), file: '', execute: (template: string) => template });
  const v2: PagerdutyMessage = {
    version: 2,
    key: key('routing-key'),
    event: { dedup_key: 'd', event_action: 'trigger', payload: { summary: 's', custom_details: new Map([['a', 1]]) } },
  };
  const settings = (url: string, given = {}) =>
    settingsOf(pagerdutySchema, { http_config: httpSettings(), routing_key: new Secret('x'), url, ...given });

  it('takes an event of version 2 at the configured URL, with the key first', async () => {
    const server = await sink({ status: 202, ...json({ status: 'success' }) });
    expect(await pagerduty.send(v2, settings(server.url('/v2/enqueue')), attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]?.body).toBe(
      '{"routing_key":"routing-key","dedup_key":"d","event_action":"trigger","payload":{"summary":"s","custom_details":{"a":1}}}\n',
    );
  });

  it('takes an event of version 1 at its own URL only', async () => {
    const authority = new Authority();
    const certificate = authority.issue('DNS:events.pagerduty.com');
    const server = await HttpSink.start({ status: 403 }, certificate);
    const proxy = await ProxySink.start(server.port);
    closing.push(server, proxy);
    const http_config = httpSettings({
      proxy_url: proxy.url(),
      tls_config: settingsOf(tlsSchema, { ca: authority.cert }),
    });
    const v1: PagerdutyMessage = {
      version: 1,
      key: key('service-key'),
      event: { incident_key: 'i', event_type: 'resolve' },
    };
    const outcome = await pagerduty.send(v1, settings('http://127.0.0.1:1/ignored', { http_config }), attemptIO());
    expect(outcome).toMatchObject({
      ok: false,
      retry: true,
      reason: 'rateLimited',
      message: 'the server answered 403',
    });
    expect(proxy.requests[0]?.target).toBe('events.pagerduty.com:443');
    expect(server.requests[0]).toMatchObject({
      path: '/generic/2010-04-15/create_event.json',
      body: '{"service_key":"service-key","incident_key":"i","event_type":"resolve"}\n',
    });
    authority.remove();
  });

  it.each([
    [
      400,
      json({ status: 'invalid event', message: 'Event object is invalid', errors: ['a', 'b'] }),
      { retry: false, reason: 'clientError', message: 'the server answered 400: Event object is invalid: a,b' },
    ],
    [400, { body: 'no JSON' }, { retry: false, reason: 'clientError', message: 'the server answered 400' }],
    [403, {}, { retry: false, reason: 'authError' }],
    [404, {}, { retry: false, reason: 'clientError' }],
    [429, { headers: { 'retry-after': '9' } }, { retry: true, reason: 'rateLimited', retryAfterMs: 9000 }],
    [500, {}, { retry: true, reason: 'serverError' }],
  ] as [number, SinkAnswer, object][])('may answer %i to version 2', async (status, answer, expected) => {
    const server = await sink({ ...answer, status });
    expect(await pagerduty.send(v2, settings(server.url()), attemptIO())).toMatchObject({ ok: false, ...expected });
  });

  it('does not get its key shown', async () => {
    const server = await sink(({ body }) => ({ status: 400, ...json({ message: body, errors: [] }) }));
    const outcome = await pagerduty.send(v2, settings(server.url()), attemptIO());
    expect(outcome.ok ? '' : outcome.message).toMatch(/<redacted>/);
    expect(JSON.stringify([outcome, pagerduty.preview(v2), v2])).not.toMatch(/routing-key/);
  });

  it('gets no event without a key', async () => {
    expect(await pagerduty.send({ ...v2, key: key('') }, settings('http://127.0.0.1:1'), attemptIO())).toMatchObject({
      ok: false,
      retry: false,
      message: 'the routing key is empty',
    });
  });

  it('takes the key from a file, which is a template', async () => {
    const server = await sink({ status: 202 });
    const execute = (text: string) => text.toUpperCase();
    const message = { ...v2, key: { inline: undefined, file: '/key', execute } };
    await pagerduty.send(message, settings(server.url()), attemptIO({ readFile: async () => ' from-file\n' }));
    expect(server.bodies()[0]).toMatchObject({ routing_key: 'FROM-FILE' });
  });

  it('gets an event that is too large without its details', async () => {
    const server = await sink({ status: 202 });
    const details = new Map([['big', 'x'.repeat(512_000)]]);
    const removed = {
      error: 'Custom details have been removed because the original event exceeds the maximum size of 512KB',
    };
    const big = { ...v2, event: { ...v2.event, payload: { summary: 's', custom_details: details } } };
    await pagerduty.send(big, settings(server.url()), attemptIO());
    expect(server.bodies()[0]).toMatchObject({ payload: { summary: 's', custom_details: removed } });
    expect(server.requests[0]?.body.length).toBeLessThan(1000);
  });

  it('has a timeout of its own', async () => {
    const server = await sink({ afterMs: 3000 });
    expect(await pagerduty.send(v2, settings(server.url(), { timeout: 50 }), attemptIO())).toMatchObject({
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
    });
  });
});
