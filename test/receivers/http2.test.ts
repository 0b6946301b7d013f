// Servers that speak HTTP/2 and nothing else: each message comes once, whatever the server does with its connections.

import { createServer as createHttp1Server } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections, exchange, postJson } from '../../src/receivers/http.ts';
import type { HttpClientSettings } from '../../src/receivers/settings/http.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { HttpSink } from '../support/http-sink.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { attemptIO, httpSettings, NOW, settingsOf } from '../support/receiving.ts';
import { SocksSink } from '../support/socks-sink.ts';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Http2ServerRequest['headers'];
  readonly body: string;
  readonly session: Http2Session;
  readonly client: string | undefined;
  readonly servername: string | undefined;
}

type Answer = (request: Received, response: Http2ServerResponse, sink: Http2Sink) => void;

/** Records what it is sent, and how often it has refused a handshake. */
class Http2Sink {
  readonly requests: Received[] = [];
  refused = 0;
  readonly #server: ReturnType<typeof createSecureServer>;
  readonly #sockets = new Set<Socket>();

  private constructor(server: ReturnType<typeof createSecureServer>, answer: Answer) {
    this.#server = server;
    server.on('tlsClientError', () => {
      this.refused++;
    });
    server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const session = request.stream.session;
        if (session === undefined) return;
        const socket = session.socket as unknown as {
          servername?: string;
          getPeerCertificate(): { subject?: { CN: string } };
        };
        const received = {
          method: request.method,
          path: request.url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          session,
          client: socket.getPeerCertificate()?.subject?.CN,
          servername: socket.servername,
        };
        this.requests.push(received);
        answer(received, response, this);
      });
    });
  }

  static async start(answer: Answer = (_, response) => response.end('ok'), options: object = {}) {
    const server = createSecureServer({ ...certificate, ...options });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sink = new Http2Sink(server, answer);
    closing.push(sink);
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path = '/'): string {
    return `https://127.0.0.1:${this.port}${path}`;
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

let authority: Authority;
let certificate: Certificate;
const closing: { close(): Promise<void> }[] = [];

beforeAll(() => {
  authority = new Authority();
  certificate = authority.issue('IP:127.0.0.1', 'DNS:hooks.example.org');
});
afterAll(() => authority.remove());
afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

const client = (given: Partial<HttpClientSettings> = {}, tls: object = {}) =>
  httpSettings({ tls_config: settingsOf(tlsSchema, { ca: authority.cert, ...tls }), ...given });

const post = (url: string, given: HttpClientSettings, timeoutMs = 0, now = NOW) =>
  postJson({ url, body: '{"a":"é"}\n', timeoutMs }, given, attemptIO({ now }));

describe('a server that speaks only HTTP/2', () => {
  it('gets a message once, with its headers and its body', async () => {
    const server = await Http2Sink.start();
    const given = client({
      http_headers: {
        'X-Team': { values: ['a', 'b'], secrets: [], files: [] },
        'Proxy-Connection': { values: ['close'], secrets: [], files: [] },
      },
    });
    expect(await post(server.url('/in?x=1'), given)).toEqual({ ok: true });
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/in?x=1', body: '{"a":"é"}\n' }]);
    expect(server.requests[0]?.headers).toMatchObject({
      ':scheme': 'https',
      ':authority': `127.0.0.1:${server.port}`,
      'content-type': 'application/json',
      'content-length': '11',
      'user-agent': expect.stringMatching(/^Tocsin/),
      'x-team': 'a, b',
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('proxy-connection');
  });

  it('is remembered for an hour, and not for others', async () => {
    const server = await Http2Sink.start();
    const given = client();
    for (const now of [NOW, NOW + 1, NOW + 3_599_000])
      expect(await post(server.url(), given, 0, now)).toEqual({ ok: true });
    expect(server.refused).toBe(1);
    expect(await post(server.url(), given, 0, NOW + 3_601_000)).toEqual({ ok: true });
    expect(server.refused).toBe(2);
    expect(await post(server.url(), client({}, { server_name: 'hooks.example.org' }))).toEqual({ ok: true });
    expect(server.refused).toBe(3);
    expect(server.requests.length).toBe(5);
  });

  it('may speak something else afterwards, or nothing that anybody knows', async () => {
    let speaks = 'h2';
    let refused = 0;
    const versions: string[] = [];
    const answer = (request: { httpVersion: string }, response: { end(): void }) => {
      versions.push(request.httpVersion);
      response.end();
    };
    const http1 = createHttp1Server({ keepAlive: false }, answer);
    const http2 = createHttp2Server(answer);
    const server = createTlsServer({
      ...certificate,
      ALPNCallback: ({ protocols }) => (protocols.includes(speaks) ? speaks : undefined),
    });
    server.on('tlsClientError', () => refused++);
    server.on('secureConnection', (socket) => (speaks === 'h2' ? http2 : http1).emit('connection', socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const given = client();
    for (const [protocol, refusals] of [
      ['h2', 1],
      ['h2', 1],
      ['http/1.1', 2],
      ['http/1.1', 2],
      ['h2', 3],
    ] as const) {
      speaks = protocol;
      expect(await post(url, given)).toEqual({ ok: true });
      expect(refused).toBe(refusals);
      await closeConnections();
    }
    expect(versions).toEqual(['2.0', '2.0', '1.1', '1.1', '2.0']);
    speaks = 'h3';
    for (const _ of [1, 2]) {
      expect(await post(url, given)).toEqual({
        ok: false,
        retry: true,
        reason: 'other',
        message: 'the server speaks neither HTTP/1.1 nor HTTP/2',
      });
    }
    expect(refused).toBe(7);
  });

  it('is told nothing where enable_http2 is false', async () => {
    const server = await Http2Sink.start();
    expect(await post(server.url(), client({ enable_http2: true }))).toEqual({ ok: true });
    expect(await post(server.url(), client({ enable_http2: false }))).toEqual({
      ok: false,
      retry: true,
      reason: 'other',
      message: 'the server does not speak HTTP/1.1: set enable_http2 to true in http_config',
    });
    expect(server.requests.length).toBe(1);
  });
});

describe('over HTTP/2', () => {
  it('redirects lead on', async () => {
    const plain = await HttpSink.start({ status: 204 }, certificate);
    closing.push(plain);
    const server = await Http2Sink.start(({ path }, response) => {
      const location = path === '/' ? '/next' : plain.url('/last');
      response.writeHead(path === '/' ? 307 : 302, { location }).end('elsewhere');
    });
    expect(await post(server.url(), client())).toEqual({ ok: true });
    expect(server.requests.map(({ method, path, body }) => `${method} ${path} ${body.length}`)).toEqual([
      'POST / 10',
      'POST /next 10',
    ]);
    expect(plain.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /last']);
  });

  it('a refusal is told with the wait that it asks for', async () => {
    const server = await Http2Sink.start((_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('slow down'),
    );
    expect(await post(server.url(), client())).toEqual({
      ok: false,
      retry: true,
      reason: 'rateLimited',
      retryAfterMs: 7000,
      message: 'the server answered 429: slow down',
    });
    expect(server.requests.length).toBe(1);
  });

  it('the deadline ends the request', async () => {
    const closed: Promise<void>[] = [];
    const server = await Http2Sink.start(({ session }) => {
      closed.push(new Promise((resolve) => session.once('close', resolve)));
    });
    expect(await post(server.url(), client(), 300)).toMatchObject({
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
    });
    expect(closed.length).toBe(1);
    await Promise.all(closed);
  });

  it('a connection that the server leaves between requests is no failure', async () => {
    const server = await Http2Sink.start(({ session }, response) => {
      response.end('ok');
      response.once('finish', () => session.goaway());
    });
    const given = client();
    for (let i = 1; i <= 5; i++) {
      expect(await post(server.url(), given)).toEqual({ ok: true });
      expect(server.requests.length).toBe(i);
    }
  });

  it.each([
    [
      'before its answer',
      ({ session }: Received, response: Http2ServerResponse) => {
        session.close();
        setTimeout(() => response.end('ok'), 50);
      },
    ],
    [
      'with its answer',
      ({ session }: Received, response: Http2ServerResponse) => {
        session.goaway();
        response.end('ok');
      },
    ],
    [
      'in the middle of its answer',
      ({ session }: Received, response: Http2ServerResponse) => {
        response.write('o');
        session.goaway();
        setTimeout(() => response.end('k'), 50);
      },
    ],
  ])('a server that leaves %s has carried the request out', async (_when, answer) => {
    const server = await Http2Sink.start(answer);
    const given = client();
    for (const count of [1, 2]) {
      expect(await post(server.url(), given)).toEqual({ ok: true });
      expect(server.requests.length).toBe(count);
    }
  });

  it.each([
    ['the stream', (_request: Received, response: Http2ServerResponse) => response.stream.close(7)],
    ['the connection', (_request: Received, _response: Http2ServerResponse, sink: Http2Sink) => sink.cut()],
    ['the session with an error', ({ session }: Received) => session.destroy(undefined, 2)],
  ])('a server that ends %s without an answer is worth another attempt', async (_what, answer) => {
    const server = await Http2Sink.start(answer);
    expect(await post(server.url(), client())).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(server.requests.length).toBe(1);
  });

  it('a long answer is cut', async () => {
    const server = await Http2Sink.start((_, response) => response.end('x'.repeat(3_000_000)));
    const { answer } = await exchange({ method: 'GET', url: server.url() }, client(), attemptIO());
    expect(answer).toMatchObject({ status: 200, body: 'x'.repeat(65_536) });
  });

  it('many requests at once each get their own answer, and leave no connection', async () => {
    const server = await Http2Sink.start(({ path }, response) => response.end(path));
    const given = client();
    const paths = Array.from({ length: 30 }, (_, i) => `/${i}`);
    const answers = paths.map((path) => exchange({ method: 'GET', url: server.url(path) }, given, attemptIO()));
    expect((await Promise.all(answers)).map(({ answer }) => answer?.body)).toEqual(paths);
    for (const { session } of server.requests) {
      if (!session.destroyed) await new Promise((resolve) => session.once('close', resolve));
    }
    expect(server.requests.length).toBe(30);
  });

  it('certificates are checked, shown, and of the name that is asked for', async () => {
    const server = await Http2Sink.start(undefined, { ca: authority.cert, requestCert: true });
    const mine = authority.issue('DNS:client');
    const shown = { cert: mine.cert, key: new Secret(mine.key), server_name: 'hooks.example.org' };
    expect(await post(server.url(), client({}, shown))).toEqual({ ok: true });
    expect(server.requests).toMatchObject([{ client: 'Test', servername: 'hooks.example.org' }]);
    for (const tls of [{ ca: '' }, { server_name: 'other.example.org' }]) {
      expect(await post(server.url(), client({}, tls))).toMatchObject({ ok: false, retry: true });
    }
    expect(server.requests.length).toBe(1);
  });

  it('a tunnel leads through a proxy', async () => {
    const server = await Http2Sink.start();
    const proxy = await ProxySink.start(server.port);
    closing.push(proxy);
    const given = client({
      proxy_url: proxy.url('joe:word'),
      proxy_connect_header: { 'X-Via': [new Secret('tocsin')] },
    });
    for (const count of [1, 2]) {
      expect(await post('https://hooks.example.org/x', given)).toEqual({ ok: true });
      expect(server.requests.length).toBe(count);
    }
    expect(server.requests[0]?.headers[':authority']).toBe('hooks.example.org');
    expect(server.refused).toBe(1);
    expect(proxy.requests.length).toBe(3);
    for (const { method, target, headers } of proxy.requests) {
      expect([method, target, headers['x-via']]).toEqual(['CONNECT', 'hooks.example.org:443', 'tocsin']);
      expect(headers['proxy-authorization']).toBe(`Basic ${Buffer.from('joe:word').toString('base64')}`);
    }
  });

  it('a tunnel leads through a SOCKS proxy', async () => {
    const server = await Http2Sink.start();
    const proxy = await SocksSink.start(server.port);
    closing.push(proxy);
    const given = client({ proxy_url: `socks5://127.0.0.1:${proxy.port}` });
    expect(await post('https://hooks.example.org/x', given)).toEqual({ ok: true });
    expect(server.requests.length).toBe(1);
    expect(proxy.targets).toEqual(Array(2).fill('hooks.example.org:443'));
  });
});
