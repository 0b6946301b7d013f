// Servers that answer what no decent server answers: a message that was taken is not sent again, and whoever reads the log
// learns what to do.

import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections, exchange, type JsonPost, jsonRequest, judge, postJson } from '../../src/receivers/http.ts';
import { bearerToken } from '../../src/receivers/oauth2.ts';
import { type HttpClientSettings, httpClientSchema, type OAuth2Settings } from '../../src/receivers/settings/http.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { Authority } from '../support/certificates.ts';
import { HttpSink, type SinkAnswer, type SinkRequest, type SinkTls } from '../support/http-sink.ts';
import { attemptIO, httpSettings, NOW, settingsOf } from '../support/receiving.ts';

let authority: Authority;
const closing: { close(): Promise<void> }[] = [];

beforeAll(() => {
  authority = new Authority();
});
afterAll(() => authority.remove());
afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

async function sink(
  answer: SinkAnswer | ((request: SinkRequest, count: number) => SinkAnswer) = {},
  tls?: SinkTls,
): Promise<HttpSink> {
  const started = await HttpSink.start(answer, tls);
  closing.push(started);
  return started;
}

/** A server that does with each connection, once something came over it, what it is told. Its URL, and how often. */
async function raw(serve: (socket: Socket) => void): Promise<{ url: string; served(): number }> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      count++;
      serve(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  closing.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, served: () => count };
}

const post = (url: string, client: Partial<HttpClientSettings> = {}, given: Partial<JsonPost> = {}) =>
  postJson({ url, body: '{}', ...given }, httpSettings(client), attemptIO({ signal: AbortSignal.timeout(8000) }));

describe('a message that was taken', () => {
  it.each([
    ['without the rest of its answer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'],
    ['with garbage for an answer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['after early hints', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['with a head of 100 kB', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\nContent-Length: 0\r\n\r\n`],
  ])('%s is not sent again', async (_, answer) => {
    const server = await raw((socket) => socket.write(answer));
    expect(await post(server.url)).toEqual({ ok: true });
    expect(server.served()).toBe(1);
    expect(await post(server.url)).toEqual({ ok: true });
  });

  it('is one that has to be sent again where the answer itself counts', async () => {
    const server = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'));
    const { failure } = await exchange(jsonRequest({ url: server.url, body: '' }), httpSettings(), attemptIO());
    expect(failure).toMatchObject({ ok: false, retry: true });
  });

  it('without the rest of an answer that says no is one that has to be sent again', async () => {
    const server = await raw((socket) => socket.end('HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nno'));
    expect(await post(server.url)).toMatchObject({ ok: false, retry: true });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('by %i says whether the message was told at its end', async (status) => {
    const target = await sink();
    const server = await sink({ status, headers: { location: target.url('/new') } });
    const outcome = await post(server.url());
    expect(target.requests.map(({ method }) => method)).toEqual([status < 307 ? 'GET' : 'POST']);
    const warning = `the server answered with a redirect (301) to ${target.url('')}, where the message itself was not sent: put the new address into the configuration`;
    expect(outcome).toEqual(status === 301 ? { ok: true, warning } : { ok: true });
  });

  it('from http to https is one of addresses, whatever its status', async () => {
    const certificate = authority.issue('IP:127.0.0.1');
    const target = await sink({}, certificate);
    const server = await sink({ status: 302, headers: { location: target.url('/new') } });
    const client = { tls_config: settingsOf(tlsSchema, { ca: authority.cert }) };
    expect(await post(server.url(), client)).toMatchObject({ ok: true, warning: expect.stringContaining('(302)') });
  });
});

describe('what the operator reads', () => {
  it('is text, although the answer is compressed', async () => {
    const server = await raw((socket) => {
      const body = gzipSync('no such hook');
      socket.write(`HTTP/1.1 404 No\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const outcome = await post(server.url);
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/^the server answered 404: \d+ characters that are no text$/),
    });
  });

  it('of TLS says what to do', async () => {
    const ours = await sink({}, authority.issue('IP:127.0.0.1'));
    const others = await sink({}, authority.issue('DNS:elsewhere.example'));
    const plain = await raw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const client = { tls_config: settingsOf(tlsSchema, { ca: authority.cert }) };
    expect(await post(ours.url(), client)).toEqual({ ok: true });
    const unknown = await post(ours.url());
    expect(unknown).toMatchObject({
      message: expect.stringMatching(/^unable to .+ \(no trusted authority .+ in ca_file of tls_config\)$/),
    });
    const wrong = await post(others.url(), client);
    expect(wrong).toMatchObject({ message: expect.stringMatching(/^Hostname.+ \(.+set server_name of tls_config\)$/) });
    const none = await post(plain.url.replace('http:', 'https:'));
    expect(none).toMatchObject({
      message: 'TLS: wrong version number (the other side does not speak TLS on that port)',
    });
  });
});

describe('a token', () => {
  const oauth2 = (token_url: string): OAuth2Settings => {
    const field = httpClientSchema.fields.oauth2;
    if (field.is !== 'section') throw new Error('oauth2 is no section');
    const defaults = settingsOf(field.of, {}) as OAuth2Settings;
    return { ...defaults, client_id: 'joe', client_secret: new Secret('hush-hush-secret'), token_url };
  };
  const granted = (fields: object = {}) => {
    let count = 0;
    return (): SinkAnswer => ({ body: JSON.stringify({ access_token: `token-${++count}`, ...fields }) });
  };
  const bearer = (server: HttpSink) => server.requests.map(({ headers }) => headers.authorization);

  it('that was revoked is replaced in the same attempt', async () => {
    const tokens = await sink(granted());
    const client = httpSettings({ oauth2: oauth2(tokens.url()) });
    const server = await sink();
    expect(await post(server.url(), client)).toEqual({ ok: true });
    server.answer(({ headers }) => ({ status: headers.authorization === 'Bearer token-1' ? 401 : 200 }));
    expect(await post(server.url(), client)).toEqual({ ok: true });
    expect(bearer(server)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    expect(await post(server.url(), client)).toEqual({ ok: true });
    expect(tokens.requests).toHaveLength(2);
  });

  it('that is new and refused is not replaced at once', async () => {
    const tokens = await sink(granted());
    const server = await sink({ status: 401 });
    const client = httpSettings({ oauth2: oauth2(tokens.url()) });
    expect(await post(server.url(), client)).toMatchObject({ ok: false, retry: false, reason: 'authError' });
    expect(server.requests).toHaveLength(1);
    expect(await post(server.url(), client)).toMatchObject({ ok: false, retry: false, reason: 'authError' });
    expect(bearer(server)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  it('that has expired already is for one use', async () => {
    const tokens = await sink(granted({ expires_in: -5 }));
    const settings = oauth2(tokens.url());
    expect(await bearerToken(settings, attemptIO())).toBe('token-1');
    expect(await bearerToken(settings, attemptIO())).toBe('token-2');
  });

  it('is asked for anew when the question hangs, whoever waits', async () => {
    let count = 0;
    const tokens = await sink(() => (++count === 1 ? { afterMs: 60_000 } : { body: '{"access_token":"late"}' }));
    const settings = oauth2(tokens.url());
    const waiting = [1, 2].map(() => bearerToken(settings, attemptIO(), 50));
    const told = await Promise.allSettled(waiting);
    expect(told.map((one) => one.status === 'rejected' && String(one.reason))).toEqual(
      Array(2).fill('Error: oauth2: the token server did not answer within 0.05s'),
    );
    expect(await bearerToken(settings, attemptIO({ now: NOW + 60 }))).toBe('late');
  });

  it('is not lost to all with the one who asked for it first', async () => {
    const tokens = await sink({ afterMs: 100, body: '{"access_token":"good"}' });
    const settings = oauth2(tokens.url());
    const server = await sink();
    const hasty = post(server.url(), { oauth2: settings }, { timeoutMs: 20 });
    const patient = post(server.url(), { oauth2: settings });
    expect(await hasty).toMatchObject({ ok: false, reason: 'contextDeadlineExceeded' });
    expect(await patient).toEqual({ ok: true });
  });

  it('that is refused is explained in the words of the server, without a secret', async () => {
    const tokens = await sink(({ body }) => ({
      status: 400,
      body: JSON.stringify({ error: 'invalid_client', error_description: `no client like ${body} hush-hush-secret` }),
    }));
    const outcome = await post('http://127.0.0.1:1/', { oauth2: oauth2(tokens.url()) });
    expect(outcome).toMatchObject({
      ok: false,
      retry: true,
      message: expect.stringMatching(
        /^oauth2: the token server answered 400: invalid_client, no client like .*<redacted>/,
      ),
    });
    expect(JSON.stringify(outcome)).not.toContain('hush-hush');
  });
});

it('judges a redirect only where it succeeds', () => {
  const answer = { status: 404, headers: {}, body: '', redirected: 'moved', clean: (text: string) => text };
  expect(judge(answer, attemptIO())).toMatchObject({ ok: false, message: 'the server answered 404' });
});
