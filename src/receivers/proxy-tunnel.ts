// A line to a server through a proxy: by CONNECT through one of HTTP, by SOCKS5 (RFC 1928, RFC 1929) through one of those.
// What then goes through it, TLS or not, is the caller's.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, isIPv4, type Socket } from 'node:net';
import { lookup } from './lookup.ts';
import type { TlsMaterial, TlsOptions } from './tls.ts';
import { type Credentials, credentialsIn, loginIn } from './url-login.ts';

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

const VERSION = 5;
const NO_LOGIN = 0;
const LOGIN = 2;
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'it failed',
  2: 'its rules do not allow that',
  3: 'it cannot reach the network',
  4: 'it cannot reach the host',
  5: 'the server refuses the connection',
  6: 'the time to live is over',
  7: 'it does not know CONNECT',
  8: 'it does not know that type of address',
};

async function bySocks({ proxy, connectMs }: ProxyLine, host: string, port: number): Promise<Socket> {
  const socket = connect({ host: hostOf(proxy), port: Number(proxy.port || '1080'), lookup });
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  // Stays: an error between two questions would otherwise end the process.
  let broken: Error | undefined;
  socket.on('error', (error) => {
    broken = error;
  });
  const timer = setTimeout(() => socket.destroy(tooLate(connectMs)), connectMs);
  try {
    await greet(socket, credentialsIn(proxy));
    socket.write(Buffer.concat([Buffer.from([VERSION, 1, 0]), addressOf(host), Buffer.from([port >> 8, port & 255])]));
    const [version, reply, , type] = await take(socket, 4);
    if (version !== VERSION) throw notSocks();
    if (reply !== 0) throw new Error(REFUSALS[reply!] ?? `it answered ${reply}`);
    const length = type === 1 ? 4 : type === 4 ? 16 : type === 3 ? (await take(socket, 1))[0]! : undefined;
    if (length === undefined) throw notSocks();
    await take(socket, length + 2);
    return socket;
  } catch (error) {
    socket.destroy();
    throw broken ?? error;
  } finally {
    clearTimeout(timer);
  }
}

async function greet(socket: Socket, credentials: Credentials | undefined): Promise<void> {
  const methods = credentials === undefined ? [NO_LOGIN] : [NO_LOGIN, LOGIN];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await take(socket, 2);
  if (version !== VERSION) throw notSocks();
  if (method === NO_LOGIN) return;
  if (method !== LOGIN || credentials === undefined) {
    throw new Error(credentials === undefined ? 'it wants a login' : 'it does not take a user name and a password');
  }
  const { user, password } = credentials;
  if (user.length === 0 || user.length > 255 || password.length > 255) {
    throw new Error('SOCKS takes user names of 1 to 255 bytes, and passwords of at most 255');
  }
  socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
  const [, status] = await take(socket, 2);
  if (status !== 0) throw new Error('it does not take that user name and password');
}

/** Type of address, address. Names are the proxy's to look up, with socks5 as with socks5h: so does Go. */
function addressOf(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (isIP(host) === 6) return Buffer.from([4, ...bytesOfIPv6(host)]);
  const name = Buffer.from(host);
  if (name.length > 255) throw new Error('SOCKS takes host names of at most 255 bytes');
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function bytesOfIPv6(address: string): number[] {
  const [before = '', after] = address.split('::');
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const [left, right] = [groups(before), groups(after)];
  const all = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return all.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
}

function notSocks(): Error {
  return new Error('it does not speak SOCKS5');
}

/** That many bytes, neither more nor fewer: what follows them belongs to what goes through the tunnel. */
function take(socket: Socket, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      socket.off('readable', look).off('close', end).off('end', end);
    };
    const end = () => {
      settle();
      reject(new Error('it closed the connection'));
    };
    const look = () => {
      const bytes: unknown = socket.read(count);
      if (!(bytes instanceof Buffer)) return;
      // At the end of the stream it gives what there is.
      if (bytes.length < count) return end();
      settle();
      resolve(bytes);
    };
    socket.on('readable', look).once('close', end).once('end', end);
    look();
  });
}
