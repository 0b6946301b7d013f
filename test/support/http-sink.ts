// A real HTTP server that stands in for a provider: it records what it is sent and answers what a test tells it to.

import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface SinkRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The client's port: equal for requests over one connection. */
  readonly port: number;
}

export interface SinkAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Waits that long before it answers, in milliseconds. */
  readonly afterMs?: number;
  /** Resets the connection instead of answering. */
  readonly reset?: boolean;
}

export interface SinkTls {
  readonly cert: string;
  readonly key: string;
  /** Asks clients for a certificate of this authority. */
  readonly clientCa?: string;
}

export type Answerer = (request: SinkRequest, count: number) => SinkAnswer;

export class HttpSink {
  readonly requests: SinkRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #tls: boolean;
  readonly #waiting: { readonly count: number; readonly done: () => void }[] = [];
  #answer: Answerer;

  private constructor(server: Server, tls: boolean, answer: Answerer) {
    this.#server = server;
    this.#tls = tls;
    this.#answer = answer;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response));
  }

  /** Listens on a free port of the loopback interface. */
  static async start(answer: SinkAnswer | Answerer = {}, tls?: SinkTls): Promise<HttpSink> {
    const server =
      tls === undefined
        ? createHttpServer()
        : createHttpsServer({
            cert: tls.cert,
            key: tls.key,
            ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
          });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HttpSink(server, tls !== undefined, typeof answer === 'function' ? answer : () => answer);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:PORT` followed by the path. */
  url(path = '/'): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${this.port}${path}`;
  }

  /** What it answers from now on. */
  answer(answer: SinkAnswer | Answerer): void {
    this.#answer = typeof answer === 'function' ? answer : () => answer;
  }

  /** The bodies so far, as JSON. */
  bodies(): unknown[] {
    return this.requests.map((request) => JSON.parse(request.body) as unknown);
  }

  /** Resolves when that many requests have come. */
  async arrived(count: number): Promise<void> {
    if (this.requests.length >= count) return;
    await new Promise<void>((done) => this.#waiting.push({ count, done }));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received: SinkRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        port: request.socket.remotePort ?? 0,
      };
      this.requests.push(received);
      for (const waiting of this.#waiting) if (this.requests.length >= waiting.count) waiting.done();
      const answer = this.#answer(received, this.requests.length);
      if (answer.afterMs === undefined) reply(request, response, answer);
      else setTimeout(() => reply(request, response, answer), answer.afterMs);
    });
  }
}

function reply(request: IncomingMessage, response: ServerResponse, answer: SinkAnswer): void {
  if (answer.reset === true) {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body ?? '');
}
