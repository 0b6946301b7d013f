// The connections that are kept open: one pool for each way of reaching a host, that is for each TLS configuration and
// proxy, shared by all receivers that are configured alike; and which protocol a server wants. Nothing here knows what is sent.

import { Agent, buildConnector, Pool } from 'undici';
import { closeHttp2, type Incoming, type Outgoing, refusesProtocol, requestHttp2 } from './http2.ts';
import { lookup } from './lookup.ts';
import { proxyFor } from './proxy.ts';
import { openTunnel, type ProxyLine } from './proxy-tunnel.ts';
import type { ReceiverIO } from './receiver.ts';
import type { ProxySettings } from './settings/http.ts';
import type { TlsSettings } from './settings/tls.ts';
import { readsFiles, type TlsMaterial, tlsMaterial } from './tls.ts';
import { loginIn } from './url-login.ts';

/** The part of an `http_config` (or of its `oauth2`) that decides how a host is reached. */
export type Route = ProxySettings & {
  readonly tls_config: TlsSettings;
  /** Whether a server that speaks nothing else is spoken to in HTTP/2; yes where the settings have no such key. */
  readonly enable_http2?: boolean;
};

/** What makes requests. */
export interface Requester {
  request(outgoing: Outgoing): Promise<Incoming>;
}

/** One that keeps its connections. */
interface Way extends Requester {
  /** When nothing is under way any more. */
  close(): Promise<void>;
  /** At once. */
  destroy(): Promise<void>;
}

/** Enough for every configuration there is; more are left from configurations and certificates that are no more. */
const POOLS = 100;
/** Connections to one host through one pool: a host that hangs must not use up the process's files. */
const CONNECTIONS = 256;
/** How long an idle connection is kept unless the server says how long it keeps it, in milliseconds. */
const IDLE_MS = 30_000;
const CONNECT_MS = 10_000;
/** The largest head of an answer: what a server sets of cookies and policies must not cost a page. */
const HEADER_BYTES = 262_144;
/** Servers that are remembered to speak only HTTP/2, and for how long: then they are asked again. */
const REMEMBERED = 1000;
const REMEMBERED_MS = 3_600_000;

/** The least recently used first. */
const pools = new Map<string, Way>();
/** Until when a server is taken to speak only HTTP/2, by the way it is reached and its origin; the oldest first. */
const onlyHttp2 = new Map<string, number>();
/** Material that depends on no file, by the settings it was made of. */
const materials = new WeakMap<TlsSettings, TlsMaterial>();

/** What sends requests to that URL. Rejects with an error fit to be shown when a certificate or the proxy is no good. */
export async function dispatcherFor(url: URL, route: Route, io: ReceiverIO): Promise<Requester> {
  if (url.protocol === 'http:' && !readsFiles(route.tls_config) && proxyFor(url, route, process.env) === undefined) {
    return plain();
  }
  const material = materials.get(route.tls_config) ?? (await materialOf(route.tls_config, io));
  const proxy = proxyFor(url, route, process.env);
  const tunnel = url.protocol === 'https:';
  const headers = tunnel ? connectHeaders(route) : {};
  const key =
    proxy === undefined ? material.key : JSON.stringify([material.key, proxy.href, tunnel, Object.entries(headers)]);
  const line = proxy === undefined ? undefined : { proxy, headers, material, connectMs: CONNECT_MS };
  const pool = pooled(key, () => {
    if (line === undefined) return directly(material);
    return tunnel || line.proxy.protocol === 'socks5:' ? tunnelling(line) : forwarding(line);
  });
  if (!tunnel) return pool;
  const http2 = async (outgoing: Outgoing) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = line === undefined ? undefined : await openTunnel(line, host, Number(url.port || '443'));
    return requestHttp2(outgoing, { tls: material.options(), tunnel: socket, connectMs: CONNECT_MS });
  };
  return inEither(`${key} ${url.origin}`, pool, { request: http2 }, route.enable_http2 ?? true, io.now);
}

/**
 * HTTP/1.1 where the server takes it, otherwise HTTP/2. A server that refuses the one has been sent nothing but an offer
 * of protocols, so that the same attempt goes on with the other.
 */
function inEither(key: string, http1: Requester, http2: Requester, enabled: boolean, now: number): Requester {
  const request = async (outgoing: Outgoing): Promise<Incoming> => {
    const known = enabled && (onlyHttp2.get(key) ?? 0) > now;
    if (known) {
      try {
        return await http2.request(outgoing);
      } catch (error) {
        if (!refusesProtocol(error)) throw error;
        onlyHttp2.delete(key);
      }
    }
    try {
      return await http1.request(outgoing);
    } catch (error) {
      if (!refusesProtocol(error)) throw error;
      if (!enabled) throw new Error('the server does not speak HTTP/1.1: set enable_http2 to true in http_config');
      if (known) throw new Error('the server speaks neither HTTP/1.1 nor HTTP/2');
    }
    remember(key, now + REMEMBERED_MS);
    try {
      return await http2.request(outgoing);
    } catch (error) {
      if (!refusesProtocol(error)) throw error;
      onlyHttp2.delete(key);
      throw new Error('the server speaks neither HTTP/1.1 nor HTTP/2');
    }
  };
  return { request };
}

function remember(key: string, until: number): void {
  onlyHttp2.delete(key);
  onlyHttp2.set(key, until);
  for (const oldest of onlyHttp2.keys()) {
    if (onlyHttp2.size <= REMEMBERED) break;
    onlyHttp2.delete(oldest);
  }
}

function pooled(key: string, make: () => Way): Way {
  const known = pools.get(key);
  if (known !== undefined) {
    if (pools.size > 1) {
      pools.delete(key);
      pools.set(key, known);
    }
    return known;
  }
  const made = make();
  pools.set(key, made);
  for (const [oldest, pool] of pools) {
    if (pools.size <= POOLS) break;
    pools.delete(oldest);
    void pool.close();
  }
  return made;
}

/** Closes all connections, those in use as well: for when the server stops. They are opened anew if anybody sends again. */
export async function closeConnections(): Promise<void> {
  const open = [...pools.values()];
  pools.clear();
  closeHttp2();
  await Promise.all(open.map((pool) => pool.destroy()));
}

async function materialOf(settings: TlsSettings, io: ReceiverIO): Promise<TlsMaterial> {
  const material = await tlsMaterial(settings, io);
  if (!readsFiles(settings)) materials.set(settings, material);
  return material;
}

const limits = { connections: CONNECTIONS, keepAliveTimeout: IDLE_MS, pipelining: 1, maxHeaderSize: HEADER_BYTES };

/** Without TLS: reading the authorities that a system trusts takes a tenth of a second. */
function plain(): Way {
  let pool = pools.get('');
  if (pool === undefined) {
    pool = new Agent({ ...limits, connect: { timeout: CONNECT_MS, lookup } });
    pools.set('', pool);
  }
  return pool;
}

function directly(material: TlsMaterial): Way {
  return new Agent({ ...limits, connect: { ...material.options(), timeout: CONNECT_MS, lookup } });
}

/** The whole URL in the request line, as proxies are asked for http; the proxy may want TLS all the same. */
function forwarding(line: ProxyLine): Way {
  const { proxy } = line;
  const login = loginIn(proxy);
  // To the pool it speaks HTTP: of TLS it would take the name of the server behind it for the one to be shown.
  const nearby = `http://${proxy.hostname}:${proxy.port || (proxy.protocol === 'https:' ? '443' : '80')}`;
  const { servername: _, ...tls } = line.material.options();
  const overTls = buildConnector({ ...tls, timeout: CONNECT_MS, lookup });
  const connect: buildConnector.connector = (wanted, callback) =>
    overTls({ ...wanted, protocol: proxy.protocol }, callback);
  const pool = new Pool(nearby, { ...limits, connect });
  const request = async (outgoing: Outgoing): Promise<Incoming> => {
    const { origin, path, headers } = outgoing;
    const answer = await pool.request({
      ...outgoing,
      origin: nearby,
      path: origin + path,
      headers: {
        host: new URL(origin).host,
        ...headers,
        ...(login === undefined ? {} : { 'proxy-authorization': login.header }),
      },
    });
    if (answer.statusCode !== 407) return answer;
    await answer.body.dump();
    throw new Error('Proxy Authentication Required (407)');
  };
  return { request, close: () => pool.close(), destroy: () => pool.destroy() };
}

/** Whatever goes through it, TLS or not, as to the server itself. */
function tunnelling(line: ProxyLine): Way {
  const overTls = buildConnector({ ...line.material.options(), timeout: CONNECT_MS });
  const connect: buildConnector.connector = (wanted, callback) => {
    const tls = wanted.protocol === 'https:';
    const host = wanted.hostname.replace(/^\[|\]$/g, '');
    openTunnel(line, host, Number(wanted.port || (tls ? '443' : '80'))).then(
      (socket) => (tls ? overTls({ ...wanted, httpSocket: socket }, callback) : callback(null, socket)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
  return new Agent({ ...limits, connect });
}

function connectHeaders(route: Route): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(route.proxy_connect_header)) {
    headers[name.toLowerCase()] = values.map((value) => value?.reveal() ?? '');
  }
  return headers;
}
