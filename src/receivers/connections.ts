// The connections that are kept open: one pool for each way of reaching a host, that is for each TLS configuration and
// proxy, shared by all receivers that are configured alike. Nothing here knows what is sent.

import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { proxyFor } from './proxy.ts';
import type { ReceiverIO } from './receiver.ts';
import type { ProxySettings } from './settings/http.ts';
import type { TlsSettings } from './settings/tls.ts';
import { readsFiles, type TlsMaterial, tlsMaterial } from './tls.ts';

/** The part of an `http_config` (or of its `oauth2`) that decides how a host is reached. */
export type Route = ProxySettings & { readonly tls_config: TlsSettings };

/** Enough for every configuration there is; more are left from configurations and certificates that are no more. */
const POOLS = 100;
/** Connections to one host through one pool: a host that hangs must not use up the process's files. */
const CONNECTIONS = 256;
/** How long an idle connection is kept unless the server says how long it keeps it, in milliseconds. */
const IDLE_MS = 30_000;
const CONNECT_MS = 10_000;

/** The least recently used first. */
const pools = new Map<string, Dispatcher>();
/** Material that depends on no file, by the settings it was made of. */
const materials = new WeakMap<TlsSettings, TlsMaterial>();

/** What sends requests to that URL. Rejects with an error fit to be shown when a certificate or the proxy is no good. */
export async function dispatcherFor(url: URL, route: Route, io: ReceiverIO): Promise<Dispatcher> {
  if (url.protocol === 'http:' && !readsFiles(route.tls_config) && proxyFor(url, route, process.env) === undefined) {
    return plain();
  }
  const material = materials.get(route.tls_config) ?? (await materialOf(route.tls_config, io));
  const proxy = proxyFor(url, route, process.env);
  const tunnel = url.protocol === 'https:';
  const headers = tunnel ? connectHeaders(route) : {};
  const key =
    proxy === undefined ? material.key : JSON.stringify([material.key, proxy.href, tunnel, Object.entries(headers)]);
  const known = pools.get(key);
  if (known !== undefined) {
    if (pools.size > 1) {
      pools.delete(key);
      pools.set(key, known);
    }
    return known;
  }
  const made = proxy === undefined ? directly(material) : through(proxy, tunnel, headers, material);
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
  const uri = new URL(proxy.href.replace(/^socks5h:/, 'socks5:'));
  const login = uri.username === '' ? '' : `${decodeURIComponent(uri.username)}:${decodeURIComponent(uri.password)}`;
  const tls = { ...material.options(), timeout: CONNECT_MS };
  const { servername: _, ...proxyTls } = tls;
  return new ProxyAgent({
    ...limits,
    uri: uri.href,
    proxyTunnel: tunnel,
    clientFactory: toProxy,
    headers,
    ...(login === '' ? {} : { token: `Basic ${Buffer.from(login).toString('base64')}` }),
    requestTls: tls,
    // Given to a SOCKS proxy it would be spoken to in TLS, which none understands.
    ...(uri.protocol === 'https:' ? { proxyTls } : {}),
  });
}

/**
 * Connections to the proxy itself, for tunnels. Whatever goes wrong while a tunnel is opened ends the request, with an error
 * of our own: undici takes a connection that is closed then for one that is worth opening anew, at once and for ever.
 */
function toProxy(origin: URL, options: object): Dispatcher {
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
