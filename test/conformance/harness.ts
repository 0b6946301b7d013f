// What the conformance tests share: the pair of programs to compare, a webhook server that remembers, a small HTTP client.

import { createServer, type Server as HttpServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Kind } from '../support/process.ts';

/**
 * The program under test. `CONFORMANCE_SUBJECT=alertmanager` puts the real one on both sides, which shows that a script
 * is deterministic and how much jitter the machine has.
 */
export const subject: Kind = process.env['CONFORMANCE_SUBJECT'] === 'alertmanager' ? 'alertmanager' : 'tocsin';

export interface Received {
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed, when it is JSON. */
  readonly body: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What was answered. */
  readonly status: number;
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

/** A local web server that takes every POST, remembers it and answers 200, or what it was told to answer. */
export class Sink {
  readonly received: Received[] = [];
  readonly #server: HttpServer | TlsServer;
  readonly #answers = new Map<string, Answer[]>();
  readonly #always = new Map<string, Answer>();

  private constructor(server: HttpServer | TlsServer) {
    this.#server = server;
  }

  /** `tls`, when given, makes it speak HTTPS. */
  static async open(tls?: { readonly key: string; readonly cert: string }): Promise<Sink> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    // A connection that this side closes just when it is used again costs a retry, half a second later.
    server.keepAliveTimeout = 0;
    const sink = new Sink(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const [path = '/', query = ''] = (request.url ?? '/').split('?');
        const answer = sink.#answers.get(path)?.shift() ?? sink.#always.get(path) ?? { status: 200 };
        const text = Buffer.concat(chunks).toString('utf8');
        sink.received.push({
          path,
          query,
          headers: request.headers,
          text,
          body: parse(text),
          at: Date.now(),
          status: answer.status,
        });
        const reply = (): void => {
          response.writeHead(answer.status, { 'content-type': 'text/plain', ...answer.headers });
          response.end(answer.body ?? '');
        };
        if (answer.delayMs === undefined) reply();
        else setTimeout(reply, answer.delayMs);
      });
    });
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(0, '127.0.0.1', done);
    });
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The next requests for that path get these answers, in order; after them the usual one. */
  answerNext(path: string, answers: readonly Answer[]): void {
    this.#answers.set(path, [...(this.#answers.get(path) ?? []), ...answers]);
  }

  /** The usual answer for that path from now on. */
  answerAlways(path: string, answer: Answer): void {
    this.#always.set(path, answer);
  }

  on(path: string): Received[] {
    return this.received.filter((request) => request.path === path);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}

export interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly body: unknown;
}

/** One request; `body` is sent as JSON. Rejects when nothing answers. */
export async function call(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Reply> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), text, body: parse(text) };
}

/** Polls until it is true. Rejects after `withinMs` with what `state` has to say. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
  state: () => string,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${state()}`);
    await sleep(25);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
