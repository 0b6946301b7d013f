// A real SOCKS5 proxy (RFC 1928) without logins, which records where it is asked to connect to. It leads every
// connection to one port of the loopback interface.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class SocksSink {
  /** `host:port`. */
  readonly targets: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(leadsTo: number): Promise<SocksSink> {
    const server = createServer();
    const sink = new SocksSink(server);
    server.on('connection', (socket: Socket) => sink.#serve(socket, leadsTo));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket, leadsTo: number): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    // The greeting: version, methods. The answer: no login.
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (request: Buffer) => {
        this.targets.push(targetOf(request));
        const onward = connect(leadsTo, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          onward.pipe(socket);
          socket.pipe(onward);
        });
        this.#sockets.add(onward);
        onward.on('error', () => socket.destroy());
      });
    });
  }
}

/** Version, command, 0, type of address (1 for four bytes, 3 for a name with its length), address, port. */
function targetOf(request: Buffer): string {
  const isName = request[3] === 3;
  const end = isName ? 5 + (request[4] ?? 0) : 8;
  const host = isName ? request.subarray(5, end).toString('ascii') : request.subarray(4, end).join('.');
  return `${host}:${request.readUInt16BE(end)}`;
}
