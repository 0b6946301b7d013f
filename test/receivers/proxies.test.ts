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

  it('gets a login without a password too', async () => {
    const server = await open(HttpSink.start());
    const proxy = await open(ProxySink.start());
    await post(server.url(), { proxy_url: proxy.url('joe') });
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('joe:').toString('base64')}`);
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
});
