// A real HTTP proxy, in TLS where it is given a certificate: tunnels by CONNECT, forwards what names a whole URL, and records both. It can lead every tunnel to
// one address, so that a test reaches a stand-in under a provider's own name.

import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxiedRequest {
  readonly method: string;
  /** `host:port` for a tunnel, otherwise the whole URL. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

export class ProxySink {
  readonly requests: ProxiedRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The port on the loopback interface that all tunnels lead to. */
  #tunnelsTo: number | undefined;

  private constructor(server: Server, tunnelsTo: number | undefined) {
    this.#server = server;
    this.#tunnelsTo = tunnelsTo;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#forward(request, response));
    server.on('connect', (request: IncomingMessage, socket: Socket) => this.#tunnel(request, socket));
  }

  static async start(tunnelsTo?: number, certificate?: { cert: string; key: string }): Promise<ProxySink> {
    const server = certificate === undefined ? createServer() : createTlsServer(certificate);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ProxySink(server, tunnelsTo);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(login = ''): string {
    return `http://${login === '' ? '' : `${login}@`}127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #record(request: IncomingMessage): void {
    this.requests.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers });
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    this.#record(request);
    const onward = forward(request.url ?? '', { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    this.#record(request);
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = this.#tunnelsTo === undefined ? connect(Number(port), host) : connect(this.#tunnelsTo, '127.0.0.1');
    this.#sockets.add(onward);
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
  }
}
