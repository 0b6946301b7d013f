// A real SOCKS5 proxy (RFC 1928), which records where it is asked to connect to and who asks (RFC 1929), if it wants to
// know. It leads every connection to one port of the loopback interface.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class SocksSink {
  /** `host:port`. */
  readonly targets: string[] = [];
  /** What it was greeted with: the methods of a login that are offered, such as `0` or `0,2`. */
  readonly greetings: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  readonly #login: Buffer | undefined;

  private constructor(server: Server, login: Buffer | undefined) {
    this.#server = server;
    this.#login = login;
  }

  /** With a login, `name:password` as bytes, nobody else is let in. */
  static async start(leadsTo: number, login?: Buffer): Promise<SocksSink> {
    const server = createServer();
    const sink = new SocksSink(server, login);
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
    // The greeting: version, how many methods, methods. The answer: no login, or one by name and password.
    socket.once('data', (greeting: Buffer) => {
      this.greetings.push(greeting.subarray(2).join(','));
      if (this.#login === undefined) {
        this.#lead(socket, leadsTo);
        socket.write(Buffer.from([5, 0]));
        return;
      }
      socket.once('data', (said: Buffer) => {
        // Version, length, name, length, password.
        const end = 2 + (said[1] ?? 0);
        const login = Buffer.concat([said.subarray(2, end), Buffer.from(':'), said.subarray(end + 1)]);
        const good = this.#login?.equals(login) === true;
        if (good) this.#lead(socket, leadsTo);
        socket.write(Buffer.from([1, good ? 0 : 1]));
        if (!good) socket.end();
      });
      socket.write(Buffer.from([5, 2]));
    });
  }

  #lead(socket: Socket, leadsTo: number): void {
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
  }
}

/** Version, command, 0, type of address (1 for four bytes, 4 for sixteen, 3 for a name with its length), address, port. */
function targetOf(request: Buffer): string {
  const type = request[3];
  const end = type === 3 ? 5 + (request[4] ?? 0) : type === 4 ? 20 : 8;
  const port = request.readUInt16BE(end);
  if (type === 3) return `${request.subarray(5, end).toString('utf8')}:${port}`;
  const address = request.subarray(4, end);
  return type === 4 ? `[${address.toString('hex')}]:${port}` : `${address.join('.')}:${port}`;
}
