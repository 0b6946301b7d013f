// Serving an application on one or several addresses, with limits on what a connection may do, and ending in good order.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  /** As `--web.listen-address` has them: `:9093`, `127.0.0.1:0`, `[::1]:9093`. */
  readonly addresses: readonly string[];
  /** `--web.config.file`; empty when it is not given. */
  readonly webConfigFile: string;
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

/** A client has that long to send the headers, and in all to send a request. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 120_000;
/** Longer than Prometheus keeps a connection that is idle: whoever closes first should not be the one that is asked. */
const IDLE_MS = 6 * 60_000;
const CHECK_MS = 5_000;
const MAX_HEADER_BYTES = 64 * 1024;

/** Rejects with an error whose message says what cannot be done; nothing is bound then. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  if (options.webConfigFile !== '') {
    throw new Error(
      `--web.config.file=${options.webConfigFile}: TLS and authentication are not supported yet; put a proxy in front, or leave the flag out`,
    );
  }
  const places = options.addresses.map(parseAddress);
  const servers: Server[] = [];
  try {
    for (const place of places) {
      const server = newServer(handler);
      await bind(server, place);
      servers.push(server);
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return {
    addresses: servers.map((server) => addressText(server)),
    close: async (graceMs) => {
      await Promise.all(servers.map((server) => closeServer(server, graceMs)));
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

function newServer(handler: RequestListener): Server {
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  });
  server.on('request', handler);
  return server;
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

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A connection that is kept alive is idle again after its answer, and nobody will ask on it any more.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
