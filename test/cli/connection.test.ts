import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Authority } from '../support/certificates.ts';
import { HttpSink, type SinkTls } from '../support/http-sink.ts';
import { scratch } from '../support/process.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { type Ran, runCtl } from './run.ts';

const dir = scratch();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  vi.unstubAllEnvs();
});

function file(name: string, text: string): string {
  mkdirSync(join(dir, name, '..'), { recursive: true });
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

/** A server that has no alerts. */
async function server(tls?: SinkTls): Promise<HttpSink> {
  const sink = await HttpSink.start({ body: '[]', headers: { 'content-type': 'application/json' } }, tls);
  open.push(sink);
  return sink;
}

function ask(url: string, config?: string, ...more: string[]): Promise<Ran> {
  const flags = config === undefined ? [] : [`--http.config.file=${file('http.yml', config)}`];
  return runCtl([`--alertmanager.url=${url}`, ...flags, '-o', 'json', 'alert', ...more]);
}

const fine = { code: 0, out: '[]\n', err: '' };
const header = (sink: HttpSink, name: string): unknown => sink.requests.map(({ headers }) => headers[name]);

describe('--http.config.file', () => {
  it('says who asks', async () => {
    const sink = await server();
    file('secret', 'from a file\n');
    expect(await ask(sink.url(''), 'basic_auth: {username: me, password: hush}')).toEqual(fine);
    expect(await ask(sink.url(''), 'authorization: {credentials_file: secret}')).toEqual(fine);
    expect(await ask(sink.url(''), 'bearer_token: old')).toEqual(fine);
    expect(await ask(sink.url(''), 'http_headers: {X-Scope: {values: [ours]}}')).toEqual(fine);
    expect(await ask(sink.url(''), '')).toEqual(fine);
    const login = `Basic ${Buffer.from('me:hush').toString('base64')}`;
    expect(header(sink, 'authorization')).toEqual([login, 'Bearer from a file', 'Bearer old', undefined, undefined]);
    expect(sink.requests[3]!.headers['x-scope']).toBe('ours');
  });

  it('is refused with every problem and its place', async () => {
    const { code, err } = await ask('http://127.0.0.1:1', 'basic_auht: {}\nproxy_url: x\nfollow_redirects: 7\n');
    expect(code).toBe(1);
    expect(err).toMatch(/^tocsinctl: error: failed to load HTTP config file: there are 2 problems:\n/);
    expect(err).toMatch(/http\.yml:1:1: .*basic_auht/);
    expect(err).toMatch(/http\.yml:3:19: /);
  });

  it('has authorities and certificates', async () => {
    const authority = new Authority();
    open.push({ close: async () => authority.remove() });
    const sink = await server({ ...authority.issue('DNS:localhost'), clientCa: authority.cert });
    const client = authority.issue('DNS:client');
    file('ca.pem', authority.cert);
    file('client.pem', client.cert);
    file('client.key', client.key);
    const tls = 'tls_config: {ca_file: ca.pem, cert_file: client.pem, key_file: client.key}';
    const url = sink.url('').replace('127.0.0.1', 'localhost');
    expect(await ask(url, tls)).toEqual(fine);
    expect((await ask(url, 'tls_config: {ca_file: ca.pem}')).code).toBe(1);
    expect((await ask(url)).err).toMatch(/certificate/);
    expect(sink.requests).toHaveLength(1);
  });
});

describe('the server', () => {
  it('may want a login that the URL has', async () => {
    const sink = await server();
    expect(await ask(sink.url('').replace('//', '//me:p%40ss@'), undefined)).toEqual(fine);
    expect(header(sink, 'authorization')).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
  });

  it('may be below a path, and is asked in one way only', async () => {
    const sink = await server();
    expect(await ask(sink.url('/a/b//'), undefined, 'x', 'größe!=1')).toEqual(fine);
    expect(sink.requests[0]!.path).toBe(
      '/a/b/api/v2/alerts?active=true&filter=alertname%3D%22x%22&filter=gr%C3%B6%C3%9Fe%21%3D1&inhibited=false&silenced=false&unprocessed=false',
    );
  });

  it('may be elsewhere, where the login is not told', async () => {
    const there = await server();
    const here = await HttpSink.start({ status: 302, headers: { location: there.url('/there') } });
    open.push(here);
    expect(await ask(here.url('').replace('//', '//me:x@'))).toEqual(fine);
    expect(header(here, 'authorization')).toEqual(['Basic bWU6eA==']);
    expect(header(there, 'authorization')).toEqual([undefined]);
    expect((await ask(here.url(''), 'follow_redirects: false')).code).toBe(1);
    const added = await runCtl([`--alertmanager.url=${here.url('')}`, 'alert', 'add', 'x']);
    expect(added.err).toContain('postAlerts (status 302)');
    expect(there.requests).toHaveLength(1);
  });

  it('is reached through the proxy of the environment', async () => {
    const proxy = await ProxySink.start();
    open.push(proxy);
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`);
    vi.stubEnv('NO_PROXY', '');
    vi.stubEnv('http_proxy', '');
    vi.stubEnv('no_proxy', '');
    // Nobody answers there, and the proxy says so.
    expect((await ask('http://no-such-host.invalid:1')).code).toBe(1);
    expect(proxy.requests.map(({ target }) => target)).toEqual([expect.stringContaining('no-such-host.invalid:1')]);
    expect((await ask('http://no-such-host.invalid:1', 'follow_redirects: true')).err).toContain('no such host');
    expect(proxy.requests).toHaveLength(1);
  });

  it('may be none', async () => {
    const sink = await HttpSink.start({ body: '<html>' });
    open.push(sink);
    expect((await ask(sink.url(''))).err).toMatch(
      /answers something that is no JSON: is it an Alertmanager\?\n {2}It begins with ""\. /,
    );
  });
});
