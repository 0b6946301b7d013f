import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/connections.ts';
import { exchange, judge, postJson, retryAfter, USER_AGENT } from '../../src/receivers/http.ts';
import type { HttpClientSettings } from '../../src/receivers/settings/http.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { Authority } from '../support/certificates.ts';
import { type Answerer, HttpSink, type SinkAnswer } from '../support/http-sink.ts';
import { attemptIO, httpSettings, NOW, settingsOf } from '../support/receiving.ts';

const closing: { close(): Promise<void> }[] = [];

async function sink(answer: SinkAnswer | Answerer = {}, tls?: Parameters<typeof HttpSink.start>[1]): Promise<HttpSink> {
  const started = await HttpSink.start(answer, tls);
  closing.push(started);
  return started;
}

afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

const post = (url: string, client: Partial<HttpClientSettings> = {}, timeoutMs = 0) =>
  postJson({ url, body: '{"a":1}\n', timeoutMs }, httpSettings(client), attemptIO());

describe('a request', () => {
  it('is a POST of JSON that says who we are', async () => {
    const server = await sink();
    expect(await post(server.url('/hook?x=1'))).toEqual({ ok: true });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hook?x=1', body: '{"a":1}\n' });
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': USER_AGENT });
    expect(request?.headers['accept-encoding']).toBeUndefined();
  });

  it('names the version that the package has', async () => {
    const manifest: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(manifest).toMatchObject({ version: USER_AGENT.replace('Tocsin/', '') });
  });

  // A connection counts as free a moment after its answer has been read, so that a second one may be opened.
  it('reuses the connection of one before', async () => {
    const server = await sink({ body: 'a body that has to be read first' });
    for (let i = 0; i < 8; i++) await post(server.url());
    expect(new Set(server.requests.map((request) => request.port)).size).toBeLessThanOrEqual(2);
  });

  it('opens connections anew after they were closed', async () => {
    const server = await sink();
    const client = httpSettings();
    const once = () => postJson({ url: server.url(), body: '{}' }, client, attemptIO());
    await once();
    await closeConnections();
    expect(await once()).toEqual({ ok: true });
  });

  it.each(['ftp://127.0.0.1/', 'http://', 'not a url', ''])('goes nowhere when the URL is %j', async (url) => {
    expect(await post(url)).toMatchObject({ ok: false, message: 'the URL is not one of http or https' });
  });
});

describe('the shared rule', () => {
  it.each([
    [200, { ok: true }],
    [204, { ok: true }],
    [299, { ok: true }],
    [302, { ok: false, retry: false, reason: 'other' }],
    [400, { ok: false, retry: false, reason: 'clientError' }],
    [401, { ok: false, retry: false, reason: 'authError' }],
    [403, { ok: false, retry: false, reason: 'authError' }],
    [404, { ok: false, retry: false, reason: 'clientError' }],
    [429, { ok: false, retry: true, reason: 'rateLimited' }],
    [500, { ok: false, retry: true, reason: 'serverError' }],
    [503, { ok: false, retry: true, reason: 'serverError' }],
    [599, { ok: false, retry: true, reason: 'serverError' }],
  ])('judges %i', async (status, expected) => {
    const server = await sink({ status });
    expect(await post(server.url())).toMatchObject(expected);
  });

  it('quotes what the server says, within bounds', async () => {
    const server = await sink({ status: 400, body: `no such\n\n  thing ${'x'.repeat(5000)}` });
    const outcome = await post(server.url());
    expect(outcome).toMatchObject({ message: expect.stringMatching(/^the server answered 400: no such thing x+…$/) });
    expect(outcome.ok ? 0 : outcome.message.length).toBeLessThan(500);
  });

  it.each([
    ['7', 7000],
    ['1.5', 1500],
    ['0', 0],
    [new Date(NOW + 90_000).toUTCString(), 90_000],
    [new Date(NOW - 90_000).toUTCString(), 0],
    ['Monday, 06-May-24 07:08:39 GMT', 30_000],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    ['99999999999999999999', undefined],
  ])('reads Retry-After: %s', (header, expected) => {
    expect(retryAfter(header, NOW)).toBe(expected);
  });

  it('hands Retry-After on with 429 and 503, and not with a final answer', async () => {
    const server = await sink((_, count) => ({
      status: [429, 503, 400][count - 1] ?? 200,
      headers: { 'retry-after': '3' },
    }));
    expect(await post(server.url())).toMatchObject({ retryAfterMs: 3000 });
    expect(await post(server.url())).toMatchObject({ retryAfterMs: 3000 });
    expect(await post(server.url())).not.toHaveProperty('retryAfterMs');
  });

  it('lets a receiver name other statuses for too many requests', () => {
    const answer = { status: 403, headers: {}, body: '', clean: (text: string) => text };
    expect(judge(answer, { now: NOW }, { rateLimits: [403] })).toMatchObject({ retry: true, reason: 'rateLimited' });
  });
});

describe('what goes wrong on the wire', () => {
  it('is worth another attempt when the connection is refused', async () => {
    const server = await sink();
    const url = server.url('/secret-path-of-a-hook');
    await server.close();
    closing.length = 0;
    const outcome = await post(url);
    expect(outcome).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(outcome.ok ? '' : outcome.message).toMatch(/ECONNREFUSED/);
  });

  it('is worth another attempt when the connection is reset', async () => {
    const server = await sink({ reset: true });
    expect(await post(server.url())).toMatchObject({ ok: false, retry: true, reason: 'other' });
  });

  it('is worth another attempt when the name is unknown', async () => {
    expect(await post('http://no-such-host.invalid/')).toMatchObject({ ok: false, retry: true, reason: 'other' });
  });

  it("ends with the receiver's own timeout", async () => {
    const server = await sink({ afterMs: 5000 });
    expect(await post(server.url(), {}, 60)).toEqual({
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
      message: 'there was no answer within the timeout of 0.06s',
      maybeTold: true,
    });
  });

  it('ends with the deadline of the attempt', async () => {
    const server = await sink({ afterMs: 5000 });
    const io = attemptIO({ signal: AbortSignal.timeout(50) });
    const outcome = await postJson({ url: server.url(), body: '' }, httpSettings(), io);
    expect(outcome).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
  });

  it('ends with the deadline even where the own timeout is longer', async () => {
    const server = await sink({ afterMs: 5000 });
    const io = attemptIO({ signal: AbortSignal.timeout(50) });
    const outcome = await postJson({ url: server.url(), body: '', timeoutMs: 4000 }, httpSettings(), io);
    expect(outcome).toMatchObject({ reason: 'contextDeadlineExceeded', message: 'there was no answer in time' });
  });

  it('ends when the server stops', async () => {
    const server = await sink({ afterMs: 5000 });
    const stop = new AbortController();
    const outcome = postJson({ url: server.url(), body: '' }, httpSettings(), attemptIO({ signal: stop.signal }));
    await server.arrived(1);
    stop.abort(new Error('stopping'));
    expect(await outcome).toMatchObject({ retry: true, reason: 'contextCanceled' });
  });

  it('ends in the middle of an answer that never ends', async () => {
    const endless = await endlessServer();
    closing.push(endless);
    const io = attemptIO({ signal: AbortSignal.timeout(80) });
    const outcome = await postJson({ url: endless.url, body: '' }, httpSettings(), io);
    expect(outcome).toMatchObject({ ok: false, reason: 'contextDeadlineExceeded' });
  });

  it('keeps no more than 64 kB of an answer', async () => {
    const server = await sink({ status: 400, body: 'x'.repeat(300_000), headers: { 'transfer-encoding': 'chunked' } });
    const { answer } = await exchange({ method: 'GET', url: server.url() }, httpSettings(), attemptIO());
    expect(answer?.body.length).toBe(65_536);
  });

  it('reads no more than a megabyte of an answer', async () => {
    const flood = await floodServer();
    closing.push(flood);
    expect(await post(flood.url)).toMatchObject({ ok: true });
    expect(flood.sent()).toBeLessThan(20_000_000);
  });
});

describe('secrets', () => {
  it('are not in messages when the server repeats the address', async () => {
    const server = await sink(({ path }) => ({ status: 404, body: `Cannot POST ${path} at http://${path}` }));
    const outcome = await post(server.url('/services/T0000/B0000/tokentokentokentoken?key=abcdef'));
    const message = outcome.ok ? '' : outcome.message;
    expect(message).toMatch(/^the server answered 404: Cannot POST <redacted>/);
    expect(message).not.toMatch(/tokentoken|B0000|abcdef/);
  });

  it('are not in messages when the server repeats the headers', async () => {
    const server = await sink(({ headers }) => ({ status: 400, body: JSON.stringify(headers) }));
    const outcome = await post(server.url(), {
      authorization: settingsFor('Bearer', 'very-secret-token'),
      http_headers: { 'X-Key': { values: ['open'], secrets: [new Secret('another-secret')], files: [] } },
    });
    const message = outcome.ok ? '' : outcome.message;
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer very-secret-token' });
    expect(message).toMatch(/<redacted>/);
    expect(message).not.toMatch(/very-secret-token|another-secret/);
  });

  it('are not in messages when something else repeats them', async () => {
    const client = {
      http_headers: { 'X-Key': { values: [], secrets: [new Secret('another-secret')], files: ['/none'] } },
    };
    const io = attemptIO({ readFile: async (path) => Promise.reject(new Error(`${path}: no another-secret`)) });
    const outcome = await postJson({ url: 'http://127.0.0.1:1/', body: '' }, httpSettings(client), io);
    expect(outcome).toMatchObject({ ok: false, message: '/none: no <redacted>' });
  });

  it('come from files, anew at each use', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
    const file = join(folder, 'token');
    const server = await sink();
    const client = httpSettings({
      authorization: { type: 'Bearer', credentials: undefined, credentials_file: file, credentials_ref: '' },
      http_headers: { 'x-key': { values: [], secrets: [], files: [file] } },
    });
    for (const token of [' first\n', ' second\n']) {
      writeFileSync(file, token);
      await postJson({ url: server.url(), body: '' }, client, attemptIO());
    }
    expect(server.requests.map(({ headers }) => [headers.authorization, headers['x-key']])).toEqual([
      ['Bearer first', 'first'],
      ['Bearer second', 'second'],
    ]);
    rmSync(folder, { recursive: true });
    expect(await postJson({ url: server.url(), body: '' }, client, attemptIO())).toMatchObject({
      ok: false,
      retry: true,
      message: expect.stringContaining(file),
    });
  });

  it('of basic authorization are encoded as UTF-8', async () => {
    const server = await sink();
    await post(server.url(), {
      basic_auth: {
        username: 'jürgen',
        username_file: '',
        username_ref: '',
        password: new Secret('pass:wörd'),
        password_file: '',
        password_ref: '',
      },
    });
    const expected = Buffer.from('jürgen:pass:wörd').toString('base64');
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${expected}`);
  });

  it.each([
    ['user:p%40ss', Buffer.from('user:p@ss')],
    ['user', Buffer.from('user:')],
    [':t0ken', Buffer.from(':t0ken')],
    // As bytes: this is no UTF-8.
    ['us%FF:50%25', Buffer.from('us\xff:50%', 'latin1')],
  ])('in the URL (%s) are sent as basic authorization', async (login, expected) => {
    const server = await sink();
    await post(server.url().replace('http://', `http://${login}@`));
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${expected.toString('base64')}`);
  });
});

function settingsFor(type: string, credentials: string): HttpClientSettings['authorization'] {
  return { type, credentials: new Secret(credentials), credentials_file: '', credentials_ref: '' };
}

describe('redirects', () => {
  it('keep method and body with 307 and 308', async () => {
    const server = await sink(({ path }) => (path === '/a' ? { status: 308, headers: { location: '/b' } } : {}));
    expect(await post(server.url('/a'))).toEqual({ ok: true });
    expect(server.requests[1]).toMatchObject({ method: 'POST', path: '/b', body: '{"a":1}\n' });
  });

  it('become a GET without a body with 302', async () => {
    const server = await sink(({ path }) => (path === '/a' ? { status: 302, headers: { location: '/b' } } : {}));
    await post(server.url('/a'));
    expect(server.requests[1]).toMatchObject({ method: 'GET', path: '/b', body: '' });
    expect(server.requests[1]?.headers['content-type']).toBeUndefined();
  });

  it('are final answers when they are not to be followed', async () => {
    const server = await sink({ status: 307, headers: { location: '/b' } });
    expect(await post(server.url('/a'), { follow_redirects: false })).toMatchObject({ ok: false, retry: false });
    expect(server.requests.length).toBe(1);
  });

  it('do not go on for ever', async () => {
    const server = await sink({ status: 307, headers: { location: '/' } });
    expect(await post(server.url())).toMatchObject({ ok: false, message: 'there are more than 10 redirects' });
    expect(server.requests.length).toBe(11);
  });

  it('take secrets to the same host only', async () => {
    const other = await sink();
    const server = await sink(({ path }) => {
      if (path === '/same') return { status: 307, headers: { location: '/end' } };
      if (path === '/other') return { status: 307, headers: { location: `http://localhost:${other.port}/` } };
      return {};
    });
    const client = {
      authorization: settingsFor('Bearer', 'very-secret-token'),
      http_headers: { 'X-Key': { values: [], secrets: [new Secret('another-secret')], files: [] } },
    };
    await post(server.url('/same'), client);
    expect(server.requests[1]?.headers.authorization).toBe('Bearer very-secret-token');
    expect(await post(server.url('/other'), client)).toEqual({ ok: true });
    expect(other.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
    expect(other.requests[0]?.headers['x-key']).toBeUndefined();
  });
});

describe('TLS', () => {
  let authority: Authority;
  beforeAll(() => {
    authority = new Authority();
  });
  afterAll(() => authority.remove());

  const tls = (given: Parameters<typeof settingsOf<HttpClientSettings['tls_config']>>[1]) => ({
    tls_config: settingsOf(tlsSchema, given),
  });

  it('trusts nobody but the known authorities', async () => {
    const server = await sink({}, authority.issue('IP:127.0.0.1'));
    expect(await post(server.url())).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(server.requests).toEqual([]);
  });

  it('trusts the configured authority, inline or from a file', async () => {
    const server = await sink({}, authority.issue('IP:127.0.0.1'));
    expect(await post(server.url(), tls({ ca: authority.cert }))).toEqual({ ok: true });
    expect(await post(server.url(), tls({ ca_file: authority.file }))).toEqual({ ok: true });
  });

  it('wants the certificate to be for the host, or for server_name', async () => {
    const server = await sink({}, authority.issue('DNS:hooks.example.org'));
    expect(await post(server.url(), tls({ ca: authority.cert }))).toMatchObject({ ok: false });
    expect(await post(server.url(), tls({ ca: authority.cert, server_name: 'hooks.example.org' }))).toEqual({
      ok: true,
    });
  });

  it('trusts everybody when told to', async () => {
    const server = await sink({}, authority.issue('DNS:elsewhere'));
    expect(await post(server.url(), tls({ insecure_skip_verify: true }))).toEqual({ ok: true });
  });

  it('shows its own certificate', async () => {
    const client = authority.issue('DNS:client');
    const server = await sink({}, { ...authority.issue('IP:127.0.0.1'), clientCa: authority.cert });
    expect(await post(server.url(), tls({ ca: authority.cert }))).toMatchObject({ ok: false, retry: true });
    const mine = tls({ ca: authority.cert, cert: client.cert, key: new Secret(client.key) });
    expect(await post(server.url(), mine)).toEqual({ ok: true });
  });

  it('uses a renewed certificate from the next request on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-tls-'));
    const file = join(folder, 'ca.pem');
    const stranger = new Authority();
    const server = await sink({}, authority.issue('IP:127.0.0.1'));
    const client = tls({ ca_file: file });
    writeFileSync(file, stranger.cert);
    expect(await post(server.url(), client)).toMatchObject({ ok: false });
    writeFileSync(file, authority.cert);
    expect(await post(server.url(), client)).toEqual({ ok: true });
    stranger.remove();
    rmSync(folder, { recursive: true });
  });

  it('says so when a certificate is no good', async () => {
    const outcome = await post(
      'https://127.0.0.1:1/',
      tls({ ca: 'nonsense', cert: 'nonsense', key: new Secret('nonsense') }),
    );
    expect(outcome).toMatchObject({ ok: false, retry: true, message: expect.stringMatching(/PEM/) });
  });
});

/** A server that begins an answer and never ends it. */
async function endlessServer(): Promise<{ url: string; close(): Promise<void> }> {
  return rawServer((response) => {
    response.writeHead(200);
    response.write('begin');
  });
}

/** A server that never stops sending. */
async function floodServer(): Promise<{ url: string; sent(): number; close(): Promise<void> }> {
  let sent = 0;
  const chunk = 'x'.repeat(65_536);
  const server = await rawServer((response) => {
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  return { ...server, sent: () => sent };
}

async function rawServer(
  serve: (response: import('node:http').ServerResponse) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => serve(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
