import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections, postJson } from '../../src/receivers/http.ts';
import type { HttpClientSettings } from '../../src/receivers/settings/http.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { Authority } from '../support/certificates.ts';
import { HttpSink } from '../support/http-sink.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { SocksSink } from '../support/socks-sink.ts';

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

async function open<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  closing.push(started);
  return started;
}

const trusting = () => ({ tls_config: settingsOf(tlsSchema, { ca: authority.cert }) });

const post = (url: string, client: Partial<HttpClientSettings>) =>
  postJson({ url, body: '{"a":1}\n' }, httpSettings(client), attemptIO());

describe('an HTTP proxy', () => {
  it('gets the whole URL for http', async () => {
    const server = await open(HttpSink.start());
    const proxy = await open(ProxySink.start());
    const proxy_connect_header = { 'X-Tenant': [new Secret('blue')] };
    expect(await post(server.url('/a?b'), { proxy_url: proxy.url(), proxy_connect_header })).toEqual({ ok: true });
    expect(proxy.requests).toMatchObject([{ method: 'POST', target: server.url('/a?b') }]);
    // The header is for CONNECT.
    expect(proxy.requests[0]?.headers['x-tenant']).toBeUndefined();
    expect(server.requests[0]).toMatchObject({ path: '/a?b', body: '{"a":1}\n' });
  });

  it.each([
    ['http', 'sent as a whole', undefined],
    ['https', 'tunnelled', 'CONNECT'],
  ])('of TLS is asked in TLS for %s, %s', async (scheme, _how, method = 'POST') => {
    const server = await open(
      scheme === 'http' ? HttpSink.start() : HttpSink.start({}, authority.issue('DNS:hooks.example.org')),
    );
    const proxy = await open(ProxySink.start(server.port, authority.issue('IP:127.0.0.1')));
    const client = { ...trusting(), proxy_url: `https://joe:pw@127.0.0.1:${proxy.port}/some/?path` };
    const url = scheme === 'http' ? server.url('/x') : 'https://hooks.example.org/x';
    expect(await post(url, client)).toEqual({ ok: true });
    const target = scheme === 'http' ? server.url('/x') : 'hooks.example.org:443';
    expect(proxy.requests).toMatchObject([{ method, target, headers: { 'proxy-authorization': 'Basic am9lOnB3' } }]);
    // One whose certificate nobody vouches for is told nothing.
    expect(await post(url, { proxy_url: client.proxy_url })).toMatchObject({ ok: false, retry: true });
    expect(proxy.requests.length).toBe(1);
  });

  it.each([
    ['joe', 'am9lOg=='],
    [':pw', 'OnB3'],
    // As bytes: this is no UTF-8.
    ['j%C3%BC:%FF%3a', 'asO8Ov86'],
  ])('gets the login %s', async (login, expected) => {
    const server = await open(HttpSink.start({}, authority.issue('DNS:hooks.example.org')));
    const plain = await open(HttpSink.start());
    const proxy = await open(ProxySink.start(server.port));
    const client = { ...trusting(), proxy_url: `${proxy.url(login)}/some/` };
    expect(await post('https://hooks.example.org/x', client)).toEqual({ ok: true });
    expect(await post(plain.url(), client)).toEqual({ ok: true });
    expect(proxy.requests.map(({ headers }) => headers['proxy-authorization'])).toEqual(
      Array(2).fill(`Basic ${expected}`),
    );
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('tunnels https', async () => {
    const server = await open(HttpSink.start({}, authority.issue('DNS:hooks.example.org')));
    const proxy = await open(ProxySink.start(server.port));
    const client = {
      ...trusting(),
      proxy_url: proxy.url('joe:s3cr3t'),
      proxy_connect_header: { 'X-Tenant': [new Secret('blue')] },
    };
    expect(await post('https://hooks.example.org/x', client)).toEqual({ ok: true });
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'hooks.example.org:443' }]);
    expect(proxy.requests[0]?.headers).toMatchObject({
      'x-tenant': 'blue',
      'proxy-authorization': `Basic ${Buffer.from('joe:s3cr3t').toString('base64')}`,
    });
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('does not make a stranger trusted', async () => {
    const server = await open(HttpSink.start({}, authority.issue('DNS:hooks.example.org')));
    const proxy = await open(ProxySink.start(server.port));
    expect(await post('https://hooks.example.org/x', { proxy_url: proxy.url() })).toMatchObject({
      ok: false,
      retry: true,
    });
    expect(server.requests).toEqual([]);
  });

  it('is not asked for hosts in no_proxy', async () => {
    const server = await open(HttpSink.start());
    const proxy = await open(ProxySink.start());
    await post(server.url(), { proxy_url: proxy.url(), no_proxy: 'example.org' });
    expect(proxy.requests).toEqual([]);
    expect(server.requests.length).toBe(1);
  });

  it('that cannot be reached is worth another attempt', async () => {
    const proxy = await ProxySink.start();
    const proxy_url = proxy.url();
    await proxy.close();
    expect(await post('http://example.org/', { proxy_url })).toMatchObject({ ok: false, retry: true });
    expect(await post('https://example.org/', { proxy_url })).toMatchObject({ ok: false, retry: true });
  });
});

describe('a SOCKS proxy', () => {
  it.each(['socks5', 'socks5h'])('leads to the server (%s)', async (scheme) => {
    const server = await open(HttpSink.start());
    const proxy = await open(SocksSink.start(server.port));
    expect(await post('http://hooks.example.org/x', { proxy_url: `${scheme}://127.0.0.1:${proxy.port}` })).toEqual({
      ok: true,
    });
    expect(proxy.targets).toEqual(['hooks.example.org:80']);
    expect(server.requests[0]).toMatchObject({ path: '/x', body: '{"a":1}\n' });
  });

  it('leads to a server that speaks TLS, which has to be trusted', async () => {
    const server = await open(HttpSink.start({}, authority.issue('DNS:hooks.example.org')));
    const proxy = await open(SocksSink.start(server.port));
    const proxy_url = `socks5://127.0.0.1:${proxy.port}`;
    expect(await post('https://hooks.example.org/x', { proxy_url })).toMatchObject({ ok: false, retry: true });
    expect(await post('https://hooks.example.org/x', { ...trusting(), proxy_url })).toEqual({ ok: true });
    expect(proxy.targets[0]).toBe('hooks.example.org:443');
    expect(server.requests.length).toBe(1);
  });

  it('looks up no names itself, and takes addresses as such', async () => {
    const server = await open(HttpSink.start());
    const proxy = await open(SocksSink.start(server.port));
    const proxy_url = `socks5://127.0.0.1:${proxy.port}/some/`;
    for (const host of ['10.1.2.3:81', '[fd00::1:7]:82', 'ümlaut.example.org']) {
      expect(await post(`http://${host}/`, { proxy_url })).toEqual({ ok: true });
    }
    expect(proxy.targets).toEqual([
      '10.1.2.3:81',
      '[fd000000000000000000000000010007]:82',
      'xn--mlaut-jva.example.org:80',
    ]);
    expect(proxy.greetings).toEqual(['0', '0', '0']);
  });

  it('gets the login that it wants', async () => {
    const server = await open(HttpSink.start());
    const proxy = await open(SocksSink.start(server.port, Buffer.from('joe:s3cr3t/\u00fc')));
    const through = (login: string) =>
      post('http://hooks.example.org/x', { proxy_url: `socks5://${login}127.0.0.1:${proxy.port}` });
    expect(await through('joe:s3cr3t%2F%C3%BC@')).toEqual({ ok: true });
    expect(await through('joe:another-word@')).toMatchObject({
      ok: false,
      retry: true,
      message: 'no tunnel through the proxy: Socks5 Authentication failed',
    });
    expect(await through('')).toMatchObject({
      ok: false,
      message: expect.stringContaining('Authentication'),
    });
    expect(await through(':another-word@')).toMatchObject({ ok: false, retry: true });
    expect(proxy.greetings).toEqual(['0,2', '0,2', '0', '0,2']);
    expect(server.requests.length).toBe(1);
  });

  it.each([
    ['refuses', [5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0], 'Socks5 proxy rejected connection - ConnectionRefused'],
    [
      'refuses in a way that nobody knows',
      [5, 0, 5, 99, 0, 1, 0, 0, 0, 0, 0, 0],
      'Socks5 proxy rejected connection - undefined',
    ],
    [
      'is none',
      [...Buffer.from('HTTP/1.1 400 Bad Request')],
      'Received invalid Socks5 initial handshake (invalid socks version)',
    ],
    ['takes no login', [5, 255], 'Received invalid Socks5 initial handshake (no accepted authentication type)'],
    ['breaks off', [5, 0, 5, 0, 0], 'Socket closed'],
  ])('that %s is said to', async (_what, answer, message) => {
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(Buffer.from(answer)));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => new Promise((resolve) => proxy.close(() => resolve())) });
    const proxy_url = `socks5://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect(await post('http://hooks.example.org/', { proxy_url })).toMatchObject({
      ok: false,
      retry: true,
      message: `no tunnel through the proxy: ${message}`,
    });
  });

  it('is no experiment, of which operators would read on standard error', async () => {
    const server = await open(HttpSink.start());
    const proxy = await open(SocksSink.start(server.port));
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);
    process.on('warning', note);
    try {
      const proxy_url = `socks5://127.0.0.1:${proxy.port}`;
      expect(await post('http://hooks.example.org/', { proxy_url })).toEqual({ ok: true });
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('warning', note);
    }
    expect(warnings).toEqual([]);
  });
});
