// A line to a server through a proxy: by CONNECT through one of HTTP, by SOCKS5 (RFC 1928) through one of those.
// What then goes through it, TLS or not, is the caller's.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { lookup } from './lookup.ts';
import type { TlsMaterial, TlsOptions } from './tls.ts';
import { credentialsIn, loginIn } from './url-login.ts';

/** A proxy, and what it is told when it is asked for a line. */
export interface ProxyLine {
  /** Of http, https or socks5. */
  readonly proxy: URL;
  /** Sent with CONNECT. */
  readonly headers: Readonly<Record<string, string[]>>;
  /** For proxies that are spoken to in TLS. */
  readonly material: TlsMaterial;
  /** How long opening it may take, in milliseconds. */
  readonly connectMs: number;
}

const KEEP_ALIVE_MS = 60_000;

/** Rejects with an error whose message is fit to be shown; the line is the caller's to close. */
export async function openTunnel(line: ProxyLine, host: string, port: number): Promise<Socket> {
  try {
    return await (line.proxy.protocol === 'socks5:' ? bySocks(line, host, port) : byConnect(line, host, port));
  } catch (error) {
    throw new Error(`no tunnel through the proxy: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function byConnect({ proxy, headers, material, connectMs }: ProxyLine, host: string, port: number): Promise<Socket> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const login = loginIn(proxy);
  const options = {
    host: hostOf(proxy),
    method: 'CONNECT',
    path: authority,
    headers: { ...headers, host: authority, ...(login === undefined ? {} : { 'proxy-authorization': login.header }) },
    agent: false,
    lookup,
  };
  return new Promise((resolve, reject) => {
    const request =
      proxy.protocol === 'https:'
        ? httpsRequest({ ...options, port: proxy.port || '443', ...proxyTls(proxy, material) })
        : httpRequest({ ...options, port: proxy.port || '80' });
    const timer = setTimeout(() => request.destroy(tooLate(connectMs)), connectMs);
    request.once('close', () => clearTimeout(timer));
    request.on('error', reject);
    request.once('connect', ({ statusCode }, socket: Socket, head) => {
      clearTimeout(timer);
      socket.on('error', () => undefined);
      if (statusCode !== 200) {
        socket.destroy();
        reject(
          new Error(
            statusCode === 407 ? 'it wants a login (407): put one into proxy_url' : `it answered ${statusCode}`,
          ),
        );
        return;
      }
      if (head.length > 0) socket.unshift(head);
      socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
      resolve(socket);
    });
    request.end();
  });
}

/** How a proxy is spoken to in TLS: its own name counts, and not that of the server behind it. */
function proxyTls(proxy: URL, material: TlsMaterial): TlsOptions {
  const host = hostOf(proxy);
  return { ...material.options(), servername: isIP(host) === 0 ? host : '' };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function tooLate(ms: number): Error {
  return new Error(`it did not open one within ${ms / 1000}s`);
}

/** Names are the proxy's to look up, with socks5 as with socks5h: so does Go. Few have such a proxy: the library is loaded then. */
async function bySocks(line: ProxyLine, server: string, serverPort: number): Promise<Socket> {
  const { SocksClient } = await import('socks');
  const host = hostOf(line.proxy);
  const port = Number(line.proxy.port || '1080');
  const login = credentialsIn(line.proxy);
  const { socket } = await SocksClient.createConnection({
    proxy: {
      type: 5,
      host,
      port,
      ...(login === undefined ? {} : { userId: login.user.toString(), password: login.password.toString() }),
    },
    command: 'connect',
    destination: { host: server, port: serverPort },
    timeout: line.connectMs,
    set_tcp_nodelay: true,
    socket_options: { host, port, lookup },
  });
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
}
