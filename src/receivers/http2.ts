// One request over HTTP/2, on a connection of its own. Apart from the pools, because their client gives up a request when
// the server says meanwhile that it leaves (GOAWAY), although it carries the request out: people would be told twice.

import { connect, type IncomingHttpHeaders } from 'node:http2';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { lookup } from './lookup.ts';
import type { TlsOptions } from './tls.ts';

/** A request as the connections take it. */
export interface Outgoing {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

/** An answer whose body is read by one of its three ways, once. */
export interface Incoming {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer> & { text(): Promise<string>; dump(): Promise<unknown>; destroy(): unknown };
}

/** How the server is reached: the socket of a tunnel, or nothing for a connection to it. */
export interface Line {
  readonly tls: TlsOptions;
  readonly tunnel: Socket | undefined;
  readonly connectMs: number;
}

/** The handshake's error when the server speaks none of the protocols that it was offered. */
const NO_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
/** How much of an answer is read, in bytes: as much as anybody asks for. */
const READ = 1_048_576;
/** What belongs to a connection of HTTP/1.1: RFC 9113, 8.2.2. */
const CONNECTION_HEADERS = new Set(
  'connection host http2-settings keep-alive proxy-connection te transfer-encoding upgrade'.split(' '),
);

const open = new Set<Socket>();

/** Rejects with an error for which `refusesProtocol` is true when the server does not speak HTTP/2: it was sent nothing. */
export async function requestHttp2(outgoing: Outgoing, line: Line): Promise<Incoming> {
  const socket = await handshake(new URL(outgoing.origin), line, outgoing.signal);
  open.add(socket);
  socket.once('close', () => open.delete(socket));
  if (socket.alpnProtocol !== 'h2') {
    socket.destroy();
    throw Object.assign(new Error('the server does not speak HTTP/2'), { code: NO_PROTOCOL });
  }
  return ask(socket, outgoing);
}

/** Whether the server ended the handshake because of the protocols that it was offered, and so has heard nothing else. */
export function refusesProtocol(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === NO_PROTOCOL;
}

/** Ends all requests under way. */
export function closeHttp2(): void {
  for (const socket of open) socket.destroy();
}

function handshake(url: URL, { tls, tunnel, connectMs }: Line, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connectTls({
      host,
      lookup,
      ...(tunnel === undefined ? { port: Number(url.port || '443') } : { socket: tunnel }),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...tls,
      ALPNProtocols: ['h2'],
    });
    const give = (why: string) => socket.destroy(new Error(why));
    const timer = setTimeout(give, connectMs, `there was no connection within ${connectMs / 1000}s`);
    const stop = () => give('the attempt was ended');
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    socket.once('secureConnect', () => {
      settle();
      resolve(socket);
    });
    // Stays: what goes wrong later the session tells as well.
    socket.on('error', (error: Error) => {
      settle();
      reject(error);
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

async function ask(socket: TLSSocket, { origin, path, method, headers, body, signal }: Outgoing): Promise<Incoming> {
  // Named, because it would get the port as well where that goes without saying.
  const authority = new URL(origin).host;
  const session = connect(origin, { createConnection: () => socket, settings: { enablePush: false } });
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request(
        { ':method': method, ':authority': authority, ':path': path, ...allowed(headers), ...lengthOf(body) },
        { endStream: body === null, signal },
      );
      let answer: IncomingHttpHeaders | undefined;
      const chunks: Buffer[] = [];
      let read = 0;
      const done = () => {
        if (answer !== undefined) resolve(incoming(answer, Buffer.concat(chunks)));
      };
      stream.once('response', (given) => {
        answer = given;
      });
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        read += chunk.length;
        if (read > READ) done();
      });
      stream.once('end', done);
      stream.on('error', reject);
      stream.once('close', () => reject(new Error('the server closed the connection before it had answered')));
      if (body !== null) stream.end(body);
    });
  } finally {
    session.destroy();
  }
}

function allowed(headers: Outgoing['headers']): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CONNECTION_HEADERS.has(name.toLowerCase())));
}

function lengthOf(body: string | null): { 'content-length'?: string } {
  return body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

function incoming(answer: IncomingHttpHeaders, bytes: Buffer): Incoming {
  const { ':status': status, ...headers } = answer;
  return {
    statusCode: Number(status ?? 0),
    headers,
    body: {
      text: () => Promise.resolve(bytes.toString('utf8')),
      dump: () => Promise.resolve(),
      destroy: () => undefined,
      async *[Symbol.asyncIterator]() {
        yield bytes;
      },
    },
  };
}
