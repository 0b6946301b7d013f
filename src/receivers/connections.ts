// The connections that are kept open: one pool for each way of reaching a host, that is for each TLS configuration and
// proxy, shared by all receivers that are configured alike; and which protocol a server wants. Nothing here knows what is sent.

import type { Socket } from 'node:net';
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { closeHttp2, type Incoming, type Outgoing, refusesProtocol, requestHttp2 } from './http2.ts';
import { proxyFor } from './proxy.ts';
import type { ReceiverIO } from './receiver.ts';
import type { ProxySettings } from './settings/http.ts';
import type { TlsSettings } from './settings/tls.ts';
import { readsFiles, type TlsMaterial, tlsMaterial } from './tls.ts';

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

/** Enough for every configuration there is; more are left from configurations and certificates that are no more. */
const POOLS = 100;
/** Connections to one host through one pool: a host that hangs must not use up the process's files. */
const CONNECTIONS = 256;
/** How long an idle connection is kept unless the server says how long it keeps it, in milliseconds. */
const IDLE_MS = 30_000;
const CONNECT_MS = 10_000;
/** Servers that are remembered to speak only HTTP/2, and for how long: then they are asked again. */
const REMEMBERED = 1000;
const REMEMBERED_MS = 3_600_000;

/** The least recently used first. */
const pools = new Map<string, Dispatcher>();
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
  const pool = pooled(key, () =>
    proxy === undefined ? directly(material) : through(proxy, tunnel, headers, material),
  );
  if (!tunnel) return pool;
  const http2 = async (outgoing: Outgoing) => {
    const socket = proxy === undefined ? undefined : await openTunnel(url, proxy, headers, material);
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

function pooled(key: string, make: () => Dispatcher): Dispatcher {
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

const limits = { connections: CONNECTIONS, keepAliveTimeout: IDLE_MS, pipelining: 1 };

/** Without TLS: reading the authorities that a system trusts takes a tenth of a second. */
function plain(): Dispatcher {
  let pool = pools.get('');
  if (pool === undefined) {
    pool = new Agent({ ...limits, connect: { timeout: CONNECT_MS } });
    pools.set('', pool);
  }
  return pool;
}

function directly(material: TlsMaterial): Dispatcher {
  return new Agent({ ...limits, connect: { ...material.options(), timeout: CONNECT_MS } });
}

/** As Go does it: a tunnel for https, the whole URL in the request line for http. */
function through(proxy: URL, tunnel: boolean, headers: Record<string, string[]>, material: TlsMaterial): Dispatcher {
  const { uri, token, tls } = parsedProxy(proxy, material);
  return new ProxyAgent({
    ...limits,
    uri: uri.href,
    proxyTunnel: tunnel,
    clientFactory: toProxy,
    headers,
    ...(token === undefined ? {} : { token }),
    requestTls: { ...material.options(), timeout: CONNECT_MS },
    // Given to a SOCKS proxy it would be spoken to in TLS, which none understands.
    ...(uri.protocol === 'https:' ? { proxyTls: tls } : {}),
  });
}

/** The proxy's URL, the `Proxy-Authorization` that it is sent, and how it is spoken to if by TLS. */
function parsedProxy(proxy: URL, material: TlsMaterial): { uri: URL; token: string | undefined; tls: object } {
  const uri = new URL(proxy.href.replace(/^socks5h:/, 'socks5:'));
  const login = uri.username === '' ? '' : `${decodeURIComponent(uri.username)}:${decodeURIComponent(uri.password)}`;
  const { servername: _, ...tls } = material.options();
  return {
    uri,
    token: login === '' ? undefined : `Basic ${Buffer.from(login).toString('base64')}`,
    tls: { ...tls, timeout: CONNECT_MS },
  };
}

/** A tunnel for one request, to a server that is known to want HTTP/2. */
async function openTunnel(
  url: URL,
  proxy: URL,
  headers: Record<string, string[]>,
  material: TlsMaterial,
): Promise<Socket> {
  const { uri, token, tls } = parsedProxy(proxy, material);
  const pool = toProxy(uri, { connect: uri.protocol === 'https:' ? tls : { timeout: CONNECT_MS } });
  const authority = url.port === '' ? `${url.hostname}:443` : url.host;
  try {
    const given = await pool.connect({
      origin: uri.origin,
      path: authority,
      headers: { ...headers, host: url.host, ...(token === undefined ? {} : { 'proxy-authorization': token }) },
    });
    if (given.statusCode === 200) return given.socket as Socket;
    given.socket.on('error', () => undefined).destroy();
    throw new Error(`no tunnel through the proxy: it answered ${given.statusCode}`);
  } finally {
    void pool.close();
  }
}

type Tunnels = Dispatcher & { connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> };

/**
 * Connections to the proxy itself, for tunnels. Whatever goes wrong while a tunnel is opened ends the request, with an error
 * of our own: undici takes a connection that is closed then for one that is worth opening anew, at once and for ever.
 */
function toProxy(origin: URL, options: object): Tunnels {
  const pool = new Pool(origin, options);
  const connect = pool.connect.bind(pool);
  const connectOnce = async (given: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const late = AbortSignal.timeout(CONNECT_MS);
    try {
      return await connect({ ...given, signal: late });
    } catch (error) {
      if (late.aborted) throw new Error(`the proxy did not open a tunnel within ${CONNECT_MS / 1000}s`);
      throw new Error(error instanceof Error ? `no tunnel through the proxy: ${error.message}` : String(error));
    }
  };
  return Object.assign(pool, { connect: connectOnce });
}

function connectHeaders(route: Route): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(route.proxy_connect_header)) {
    headers[name.toLowerCase()] = values.map((value) => value?.reveal() ?? '');
  }
  return headers;
}
