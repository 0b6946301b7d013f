// Serving an application on one or several addresses, with limits on what a connection may do, and ending in good order.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ListenOptions {
  /** As `--web.listen-address` has them: `:9093`, `127.0.0.1:0`, `[::1]:9093`. */
  readonly addresses: readonly string[];
  /** `--web.config.file`; empty when it is not given. */
  readonly webConfigFile: string;
  readonly patience?: Partial<Patience>;
}

/** How long connections may take, milliseconds. */
export interface Patience {
  /** To send the headers. */
  readonly headersMs: number;
  /** To send a request as a whole. */
  readonly requestMs: number;
  /** Between requests. */
  readonly idleMs: number;
  /** How often the first two are looked at. */
  readonly checkMs: number;
}

export interface Listening {
  /** Where it is bound, in the order asked for, as Go writes addresses: `127.0.0.1:9093`, `[::]:9093`. */
  readonly addresses: readonly string[];
  /**
   * Takes no more requests and resolves when those under way are answered, or after `graceMs` at the latest, when their
   * connections are cut.
   */
  close(graceMs: number): Promise<void>;
}

/** Idle connections live longer than Prometheus's: whoever closes first should not be the one that is asked. */
const PATIENCE: Patience = { headersMs: 15_000, requestMs: 120_000, idleMs: 6 * 60_000, checkMs: 5_000 };
const MAX_HEADER_BYTES = 64 * 1024;

/** Rejects with an error whose message says what cannot be done; nothing is bound then. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  if (options.webConfigFile !== '') {
    throw new Error(
      `--web.config.file=${options.webConfigFile}: TLS and authentication are not supported yet; put a proxy in front, or leave the flag out`,
    );
  }
  const places = options.addresses.map(parseAddress);
  const bound: { readonly server: Server; readonly busy: Busy }[] = [];
  try {
    for (const place of places) {
      const server = newServer({ ...PATIENCE, ...options.patience });
      const busy = watch(server);
      server.on('request', handler);
      await bind(server, place);
      bound.push({ server, busy });
    }
  } catch (error) {
    for (const { server } of bound) server.close();
    throw error;
  }
  return {
    addresses: bound.map(({ server }) => addressText(server)),
    close: async (graceMs) => {
      await Promise.all(bound.map(({ server, busy }) => closeServer(server, busy, graceMs)));
    },
  };
}

interface Place {
  readonly text: string;
  /** Undefined for all addresses. */
  readonly host: string | undefined;
  readonly port: number;
}

function parseAddress(text: string): Place {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{0,5})$/.exec(text);
  const port = Number(match?.[3] ?? '');
  if (match === null || port > 65_535) {
    throw new Error(
      `--web.listen-address: ${JSON.stringify(text)} is no host:port; write :9093, 127.0.0.1:9093 or [::1]:9093`,
    );
  }
  const host = match[1] ?? match[2] ?? '';
  return { text, host: host === '' ? undefined : host, port };
}

function newServer(patience: Patience): Server {
  return createServer({
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    keepAliveTimeout: patience.idleMs,
    connectionsCheckingInterval: patience.checkMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  });
}

function bind(server: Server, { host, port, text }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      reject(new Error(`listen ${text}: ${REASONS[error.code ?? ''] ?? error.message}`));
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is already in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'the name is unknown',
};

function addressText(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

async function closeServer(server: Server, busy: Busy, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  busy.closing = true;
  for (const [socket, requests] of busy.sockets) {
    if (requests === 0) socket.destroy();
  }
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}

/** How many requests are under way on each connection. Node itself does not count one that has not asked yet as idle. */
interface Busy {
  readonly sockets: Map<Socket, number>;
  closing: boolean;
}

function watch(server: Server): Busy {
  const busy: Busy = { sockets: new Map(), closing: false };
  server.on('connection', (socket: Socket) => {
    busy.sockets.set(socket, 0);
    socket.once('close', () => busy.sockets.delete(socket));
  });
  server.on('request', (req, res) => {
    const { socket } = req;
    const change = (by: number): void => {
      const requests = busy.sockets.get(socket);
      if (requests === undefined) return;
      busy.sockets.set(socket, requests + by);
      // The answer is flushed before the connection ends.
      if (busy.closing && requests + by === 0) socket.end();
    };
    change(1);
    if (busy.closing) res.setHeader('Connection', 'close');
    res.once('close', () => change(-1));
  });
  return busy;
}
