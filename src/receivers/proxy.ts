// Which proxy a URL is reached through, by Go's rules (golang.org/x/net/http/httpproxy, as prometheus/common uses it):
// no library knows networks and ports in no_proxy as Go does.

import { BlockList, isIP, isIPv6 } from 'node:net';
import type { ProxySettings } from './settings/http.ts';
import { loginIn } from './url-login.ts';

/** The environment variables that name proxies. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for that URL, of http, https or socks5; `undefined` for none. Throws an Error fit to be shown. */
export function proxyFor(url: URL, settings: ProxySettings, env: Environment): URL | undefined {
  if (settings.proxy_from_environment) return proxyFromEnvironment(url, env);
  if (settings.proxy_url === '') return undefined;
  // Without no_proxy even the machine itself is reached through the proxy; with it, it never is.
  if (settings.no_proxy !== '' && !wantsProxy(url, settings.no_proxy)) return undefined;
  return parseProxy(settings.proxy_url);
}

/** What the proxy for that URL is told of secrets, as it is told: it may repeat them in its answers. */
export function proxySecrets(url: URL, settings: ProxySettings, env: Environment): string[] {
  const proxy = proxyFor(url, settings, env);
  if (proxy === undefined) return [];
  const headers = Object.values(settings.proxy_connect_header).flat();
  const secrets = headers.map((secret) => secret?.reveal() ?? '');
  return [...secrets, ...(loginIn(proxy)?.secrets ?? [])];
}

function proxyFromEnvironment(url: URL, env: Environment): URL | undefined {
  const either = (name: string) => env[name] || env[name.toLowerCase()] || '';
  // In a CGI program HTTP_PROXY is what the client sent as `Proxy:`.
  const cgi = (env['REQUEST_METHOD'] ?? '') !== '';
  const proxy =
    url.protocol === 'https:' ? either('HTTPS_PROXY') : cgi ? (env['http_proxy'] ?? '') : either('HTTP_PROXY');
  if (proxy === '' || !wantsProxy(url, either('NO_PROXY'))) return undefined;
  return parseProxy(proxy);
}

/**
 * What Go makes of a proxy's URL: nothing after the host counts, no host is this machine, and a scheme that it does not
 * know is spoken to in plain HTTP. Without a scheme it is one of HTTP.
 */
function parseProxy(text: string): URL {
  const [, scheme = 'http', user = '', host = '', port = ''] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):(?=\/\/))?(?:\/\/)?(?:([^/?#]*)@)?(\[[^/?#\]]*\]|[^/?#:]*)(?::([0-9]*))?(?:[/?#].*)?$/s.exec(
      text,
    ) ?? [];
  const known = schemes[scheme.toLowerCase()];
  if (known === undefined && port === '') throw new Error(`the proxy URL has no port, and ${scheme} has no usual one`);
  const written = `${known ?? 'http'}://${user === '' ? '' : `${user}@`}${host || 'localhost'}${port === '' ? '' : `:${port}`}`;
  if (host + port === '' || !URL.canParse(written)) {
    throw new Error('the proxy URL cannot be parsed: write for example http://proxy.example.org:3128');
  }
  return new URL(written);
}

const schemes: Readonly<Record<string, string>> = { http: 'http', https: 'https', socks5: 'socks5', socks5h: 'socks5' };

/** Whether a URL is reached through the proxy although `noProxy` lists hosts that are not. */
export function wantsProxy(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isLoopback(host)) return false;
  return !noProxy.split(',').some((entry) => excludes(entry.trim().toLowerCase(), host, port));
}

function excludes(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [network = '', bits] = entry.split('/');
  if (bits !== undefined && isIP(network) !== 0) return inNetwork(host, network, bits);
  const { name, wantedPort } = splitPort(entry);
  if (name === '' || (wantedPort !== '' && wantedPort !== port)) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && sameAddress(host, name);
  const domain = name.startsWith('*.') ? name.slice(1) : name;
  if (domain.startsWith('.')) return host.endsWith(domain);
  return host === domain || host.endsWith(`.${domain}`);
}

/** `host`, `host:80`, `[::1]:80` and a bare `::1`. Brackets without a port are a part of the name, which then is nobody's. */
function splitPort(entry: string): { name: string; wantedPort: string } {
  const bracketed = /^\[([^\]]*)\]:(\d*)$/.exec(entry);
  if (bracketed !== null) return { name: bracketed[1] ?? '', wantedPort: bracketed[2] ?? '' };
  const colon = entry.indexOf(':');
  if (colon < 0 || colon !== entry.lastIndexOf(':')) return { name: entry, wantedPort: '' };
  return { name: entry.slice(0, colon), wantedPort: entry.slice(colon + 1) };
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function inNetwork(host: string, network: string, bits: string): boolean {
  const width = Number(bits);
  if (isIP(host) === 0 || !/^\d{1,3}$/.test(bits) || width > (isIPv6(network) ? 128 : 32)) return false;
  // An address of four bytes is in none of the networks around all of them.
  if (isIPv6(network) && width < 96 && (!isIPv6(host) || host.startsWith('::ffff:'))) return false;
  const list = new BlockList();
  list.addSubnet(network, width, family(network));
  return list.check(host, family(host));
}

function sameAddress(host: string, other: string): boolean {
  const list = new BlockList();
  list.addAddress(other, family(other));
  return list.check(host, family(host));
}

function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && (inNetwork(host, '127.0.0.0', '8') || sameAddress(host, '::1'));
}
