// What an `http_config` means on the wire where others decide: certificates, versions, and proxies that refuse or die.

import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createRawServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections, postJson } from '../../src/receivers/http.ts';
import type { HttpClientSettings } from '../../src/receivers/settings/http.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { HttpSink } from '../support/http-sink.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';

let authority: Authority;
let certificate: Certificate;
const closing: { close(): Promise<void> }[] = [];

beforeAll(() => {
  authority = new Authority();
  certificate = authority.issue('IP:127.0.0.1', 'DNS:hooks.example.org');
});
afterAll(() => authority.remove());
afterEach(async () => {
  vi.unstubAllEnvs();
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

async function open<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  closing.push(started);
  return started;
}

const post = (url: string, client: Partial<HttpClientSettings> = {}, timeoutMs = 0) =>
  postJson({ url, body: '{"a":1}\n', timeoutMs }, httpSettings(client), attemptIO());

const tls = (given: object) => ({ tls_config: settingsOf(tlsSchema, { ca: authority.cert, ...given }) });

describe('TLS', () => {
  it('does not trust a certificate that has expired', async () => {
    const expired = authority.issueExpired('IP:127.0.0.1');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const server = await open(HttpSink.start({}, expired));
    expect(await post(server.url(), tls({}))).toEqual({
      ok: false,
      retry: true,
      reason: 'other',
      message: 'certificate has expired',
    });
    expect(server.requests).toEqual([]);
    expect(await post(server.url(), tls({ insecure_skip_verify: true }))).toEqual({ ok: true });
  });

  it.each([
    [{ max_version: 'TLS12' }, undefined, 'TLSv1.2'],
    [{ min_version: 'TLS13' }, undefined, 'TLSv1.3'],
    [{}, undefined, 'TLSv1.3'],
    [{}, 'TLSv1.2', 'TLSv1.2'],
    [{ min_version: 'TLS13' }, 'TLSv1.2', undefined],
    [{}, 'TLSv1.1', undefined],
    [{ min_version: 'TLS10' }, 'TLSv1.1', 'TLSv1.1'],
  ] as const)('with %j and a server up to %s speaks %s', async (given, maxVersion, spoken) => {
    const versions: (string | null)[] = [];
    const server = createTlsServer(
      {
        ...certificate,
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
        ...(maxVersion === undefined ? {} : { maxVersion }),
      },
      (socket: TLSSocket) => {
        versions.push(socket.getProtocol());
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
      },
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const outcome = await post(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`, tls(given));
    expect(versions).toEqual(spoken === undefined ? [] : [spoken]);
    expect(outcome).toMatchObject(spoken === undefined ? { ok: false, retry: true, reason: 'other' } : { ok: true });
  });

  it('does not pass for a client that has another authority', async () => {
    const strangers = new Authority();
    const stranger = strangers.issue('DNS:client');
    strangers.remove();
    const server = await open(HttpSink.start({}, { ...certificate, clientCa: authority.cert }));
    const theirs = tls({ cert: stranger.cert, key: new Secret(stranger.key) });
    expect(await post(server.url(), theirs)).toMatchObject({ ok: false, retry: true });
    expect(server.requests).toEqual([]);
  });

  it('is HTTP/1.1, also with a server that would rather have more', async () => {
    const protocols: (string | false | null)[] = [];
    const server = createTlsServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
      protocols.push(socket.alpnProtocol);
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect(await post(url, { ...tls({}), enable_http2: true })).toEqual({ ok: true });
    expect(protocols).toEqual(['http/1.1']);
  });
});

/** A proxy that does with each CONNECT what it is told. */
async function tunnels(answer: (request: IncomingMessage, socket: Socket) => void) {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined);
    answer(request, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  closing.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
  return { url: (login = '') => `http://${login}127.0.0.1:${port}` };
}

const forward = (socket: Socket, port: number) => {
  const onward = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    onward.pipe(socket);
    socket.pipe(onward);
  });
  onward.on('error', () => socket.destroy());
  return onward;
};

describe('a proxy that wants a login', () => {
  const wanted = `Basic ${Buffer.from('joe:s3cr3t-word').toString('base64')}`;

  it('lets in who has it, and nobody else, whose login is not shown', async () => {
    const server = await open(HttpSink.start({}, certificate));
    const proxy = await tunnels((request, socket) => {
      if (request.headers['proxy-authorization'] === wanted) forward(socket, server.port);
      else
        socket.end(
          'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
        );
    });
    const through = (login: string) => post('https://hooks.example.org/x', { ...tls({}), proxy_url: proxy.url(login) });
    expect(await through('joe:s3cr3t-word@')).toEqual({ ok: true });
    for (const login of ['', 'joe:another-word@']) {
      const outcome = await through(login);
      expect(outcome).toMatchObject({
        ok: false,
        retry: true,
        reason: 'other',
        message: expect.stringContaining('407'),
      });
      expect(JSON.stringify(outcome)).not.toMatch(/another-word|joe/);
    }
    expect(server.requests.length).toBe(1);
  });

  it('may refuse http as well', async () => {
    const proxy = await open(HttpSink.start({ status: 407, body: 'who are you?' }));
    expect(await post('http://hooks.example.org/', { proxy_url: proxy.url() })).toMatchObject({
      ok: false,
      retry: true,
      message: 'Proxy Authentication Required (407)',
    });
  });
});

describe('a proxy that dies', () => {
  it.each([
    ['instead of answering', (socket: Socket) => void socket.destroy(), /^no tunnel through the proxy: /],
    ['in the middle of its answer', (socket: Socket) => void socket.end('HTTP/1.1 200 O'), /^no tunnel/],
    ['before TLS', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n'), /disconnected|closed|reset/i],
  ])('%s is worth another attempt', async (_when, die, message) => {
    let asked = 0;
    const proxy = await tunnels((_request, socket) => {
      asked++;
      die(socket);
    });
    expect(await post('https://hooks.example.org/', { ...tls({}), proxy_url: proxy.url() })).toMatchObject({
      ok: false,
      retry: true,
      reason: 'other',
      message: expect.stringMatching(message),
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).toBe(1);
  });

  it.each(['', '\u0005'])('in the middle of SOCKS, after %j, is worth another attempt', async (said) => {
    let asked = 0;
    const proxy = createRawServer((socket) => {
      asked++;
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(said));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => new Promise((resolve) => proxy.close(() => resolve())) });
    const proxy_url = `socks5://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect(await post('https://hooks.example.org/', { ...tls({}), proxy_url }, 500)).toMatchObject({
      ok: false,
      retry: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).toBe(1);
  });

  it('in the middle of the request is worth another attempt, which finds the next tunnel', async () => {
    let dying = true;
    const server = await open(HttpSink.start({ afterMs: 100 }, certificate));
    const proxy = await tunnels((_request, socket) => {
      const onward = forward(socket, server.port);
      // The request is there, its answer is not.
      if (dying)
        void server.arrived(1).then(() => {
          onward.destroy();
          socket.destroy();
        });
    });
    const client = { ...tls({}), proxy_url: proxy.url() };
    expect(await post('https://hooks.example.org/', client)).toMatchObject({ ok: false, retry: true, reason: 'other' });
    dying = false;
    expect(await post('https://hooks.example.org/', client)).toEqual({ ok: true });
  });

  it('without a word is left at the deadline', async () => {
    const proxy = await tunnels(() => undefined);
    expect(await post('https://hooks.example.org/', { ...tls({}), proxy_url: proxy.url() }, 200)).toMatchObject({
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
    });
  });
});

describe('a proxy from the environment', () => {
  it('is taken for what it is named for', async () => {
    const server = await open(HttpSink.start({}, certificate));
    const proxy = await open(ProxySink.start(server.port));
    const client = { ...tls({}), proxy_from_environment: true };
    for (const name of ['HTTP_PROXY', 'http_proxy', 'https_proxy', 'NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
    vi.stubEnv('HTTPS_PROXY', proxy.url('joe:word'));
    expect(await post('https://hooks.example.org/a', client)).toEqual({ ok: true });
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'hooks.example.org:443' }]);
    vi.stubEnv('NO_PROXY', 'example.org');
    expect(await post('https://hooks.nowhere.invalid/b', client)).toMatchObject({ ok: false });
    expect(await post('https://hooks.example.org/c', { ...client }, 500)).toMatchObject({ ok: false });
    expect(proxy.requests.map(({ target }) => target)).toEqual(['hooks.example.org:443', 'hooks.nowhere.invalid:443']);
    // This machine is never reached through it.
    expect(await post(server.url('/d'), client)).toEqual({ ok: true });
    expect(proxy.requests.length).toBe(2);
  });
});
