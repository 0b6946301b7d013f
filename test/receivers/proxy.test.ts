import { describe, expect, it } from 'vitest';
import { proxyFor, wantsProxy } from '../../src/receivers/proxy.ts';
import { httpSettings } from '../support/receiving.ts';

describe('no_proxy', () => {
  it.each([
    ['http://example.org/', '', true],
    ['http://example.org/', '*', false],
    ['http://example.org/', 'example.org', false],
    ['http://example.org/', 'EXAMPLE.org ', false],
    ['http://www.example.org/', 'example.org', false],
    ['http://notexample.org/', 'example.org', true],
    ['http://example.org/', '.example.org', true],
    ['http://www.example.org/', '.example.org', false],
    ['http://www.example.org/', '*.example.org', false],
    ['http://example.org/', '*.example.org', true],
    ['http://example.org:8080/', 'example.org:8080', false],
    ['http://example.org/', 'example.org:8080', true],
    ['http://example.org/', 'example.org:80', false],
    ['https://example.org/', 'example.org:443', false],
    ['http://10.1.2.3/', '10.0.0.0/8', false],
    ['http://11.1.2.3/', '10.0.0.0/8', true],
    ['http://10.1.2.3/', '10.1.2.3', false],
    ['http://10.1.2.3:9/', '10.1.2.3:8', true],
    ['http://[fd00::7]/', 'fd00::/8', false],
    ['http://[fd00::7]/', 'fd00::7', false],
    ['http://[fd00::7]:81/', '[fd00:0::7]:81', false],
    ['http://[fd00::7]:82/', '[fd00::7]:81', true],
    ['http://[fd00::7]/', '[fd00::7]', true],
    ['http://10.1.2.3/', '::/0', true],
    ['http://[::ffff:10.1.2.3]/', '::/0', true],
    ['http://[fd00::7]/', '::/0', false],
    ['http://10.1.2.3/', '::ffff:10.0.0.0/104', false],
    ['http://10.1.2.3/', '0.0.0.0/0', false],
    ['http://example.org/', '10.0.0.0/8, foo ,example.org', false],
    ['http://example.org/', ',,', true],
    ['http://10.1.2.3/', '10.0.0.0/99', true],
    ['http://localhost/', 'x', false],
    ['http://127.3.2.1/', 'x', false],
    ['http://[::1]/', 'x', false],
  ])('%s with %j: through the proxy? %s', (url, noProxy, expected) => {
    expect(wantsProxy(new URL(url), noProxy)).toBe(expected);
  });
});

describe('the proxy', () => {
  const http = new URL('http://example.org/');
  const https = new URL('https://example.org/');

  it('is none without settings, whatever the environment says', () => {
    expect(proxyFor(http, httpSettings(), { HTTP_PROXY: 'http://proxy' })).toBeUndefined();
  });

  it('is the configured one, for this machine too unless no_proxy is set', () => {
    const local = new URL('http://127.0.0.1/');
    const proxy_url = 'http://proxy:3128';
    expect(proxyFor(local, httpSettings({ proxy_url }), {})?.host).toBe('proxy:3128');
    expect(proxyFor(local, httpSettings({ proxy_url, no_proxy: 'other' }), {})).toBeUndefined();
    expect(proxyFor(http, httpSettings({ proxy_url, no_proxy: 'other' }), {})?.host).toBe('proxy:3128');
  });

  it('comes from the environment when asked to', () => {
    const settings = httpSettings({ proxy_from_environment: true });
    const env = { HTTP_PROXY: 'http://a', https_proxy: 'b:8080', NO_PROXY: 'internal' };
    expect(proxyFor(http, settings, env)?.href).toBe('http://a/');
    expect(proxyFor(https, settings, env)?.href).toBe('http://b:8080/');
    expect(proxyFor(new URL('http://x.internal/'), settings, env)).toBeUndefined();
    expect(proxyFor(new URL('http://localhost/'), settings, env)).toBeUndefined();
    expect(proxyFor(http, settings, {})).toBeUndefined();
  });

  it('of a CGI program is not what its client says', () => {
    const settings = httpSettings({ proxy_from_environment: true });
    expect(proxyFor(http, settings, { HTTP_PROXY: 'http://evil', REQUEST_METHOD: 'GET' })).toBeUndefined();
  });

  // What Go's http.Transport does with each, as it was observed.
  it.each([
    ['http://proxy:3128/some/', 'http://proxy:3128/'],
    ['http://proxy:3128?a=b#c', 'http://proxy:3128/'],
    ['http://joe:pw@proxy:3128/some', 'http://joe:pw@proxy:3128/'],
    ['http://:pw@proxy:3128', 'http://:pw@proxy:3128/'],
    ['http://proxy', 'http://proxy/'],
    ['https://proxy', 'https://proxy/'],
    ['HTTPS://proxy:8443', 'https://proxy:8443/'],
    ['http://:3128', 'http://localhost:3128/'],
    ['http://[fd00::7]:3128/a:b@c', 'http://[fd00::7]:3128/'],
    ['//proxy:3128/', 'http://proxy:3128/'],
    ['ftp://proxy:3128', 'http://proxy:3128/'],
    ['socks5://proxy', 'socks5://proxy'],
    ['socks5h://joe:pw@proxy:1080/x', 'socks5://joe:pw@proxy:1080'],
    // Go reads these so where no_proxy is set, and otherwise reaches nothing.
    ['proxy:3128', 'http://proxy:3128/'],
    ['proxy', 'http://proxy/'],
  ])('%s is %s', (proxy_url, expected) => {
    expect(proxyFor(https, httpSettings({ proxy_url }), {})?.href).toBe(expected);
  });

  it.each(['/proxy', 'mailto:joe', 'ftp://proxy', 'http:///x'])('%s is none, which is an error', (proxy_url) => {
    expect(() => proxyFor(https, httpSettings({ proxy_url }), {})).toThrow(/^the proxy URL /);
  });
});
