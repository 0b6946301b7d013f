// What to do about a server that cannot be reached or refuses, beside the words of amtool that scripts look for.

import { formatDuration } from '../model/duration.ts';
import { proxyFor } from '../receivers/proxy.ts';
import { MATCHER_HINT } from './did-you-mean.ts';
import { PLAIN } from './exchange.ts';

/** What went wrong, in Go's words where they are known, and what to do about it. */
export interface Trouble {
  readonly words: string;
  readonly hint?: string;
}

const ADDRESS = 'the address is --alertmanager.url, here or in ~/.config/tocsinctl/config.yml';
const TLS = 'tls_config in a file for --http.config.file';

/** Of a connection, which may have used up the time that the command has. */
export function connectionTrouble(error: unknown, url: URL, timedOut: boolean, timeoutMs: number): Trouble {
  if (timedOut) {
    return {
      words: 'context deadline exceeded',
      hint: `No answer within ${formatDuration(timeoutMs)}: is the server overloaded, or something else at ${url.host}? --timeout=2m waits longer.`,
    };
  }
  // Of a name with several addresses each has its own error; Go tells the last.
  const inner: unknown = error instanceof AggregateError ? error.errors[error.errors.length - 1] : error;
  if (!(inner instanceof Error)) return { words: String(inner) };
  return proxied(ofCode(inner, url), url);
}

interface Failure extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

function ofCode(error: Failure, url: URL): Trouble {
  const { code = '', address, port, hostname, message } = error;
  const where = address?.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const plain = url.protocol === 'http:';
  switch (code) {
    case 'ECONNREFUSED':
      return {
        words: `dial tcp ${where}: connect: connection refused`,
        hint: `Nothing listens there: is the server running? If it is elsewhere, ${ADDRESS}.`,
      };
    case 'ENOTFOUND':
      return { words: `dial tcp: lookup ${hostname}: no such host`, hint: `Look at the name; ${ADDRESS}.` };
    case 'EAI_AGAIN':
      return {
        words: `dial tcp: lookup ${hostname}: temporary failure in name resolution`,
        hint: 'No name server answers: try again, or write the IP address.',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        words: `dial tcp ${where}: connect: ${code === 'EHOSTUNREACH' ? 'no route to host' : 'network is unreachable'}`,
        hint: 'There is no way to that network from here: is a VPN or a port-forward missing?',
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return {
        words: code === 'ETIMEDOUT' ? `dial tcp ${where}: i/o timeout` : message,
        hint: 'Nobody answers at that address, as behind a firewall: is a VPN or a port-forward missing?',
      };
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return {
        words: message === 'socket hang up' ? 'EOF' : message === 'aborted' ? 'unexpected EOF' : message,
        hint: `The connection was closed in the middle: try again; look at the server's log${plain ? ', and whether it wants https://' : ''}.`,
      };
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      if (!message.includes('wrong version number')) break;
      return {
        words: 'http: server gave HTTP response to HTTPS client',
        hint: 'The server speaks plain HTTP: write http:// in --alertmanager.url.',
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return {
        words: `tls: failed to verify certificate: x509: certificate signed by unknown authority (${message})`,
        hint: `Name the authority that signed it, as "ca_file: ca.pem" of a ${TLS}.`,
      };
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return {
        words: `tls: failed to verify certificate: x509: certificate has expired or is not yet valid (${message})`,
        hint: "Renew the server's certificate, or look at the clocks of both machines.",
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        words: `tls: failed to verify certificate: x509: ${message}`,
        hint: `Use a name that the certificate has in --alertmanager.url, or name it as "server_name" of a ${TLS}.`,
      };
    default:
      if (!code.startsWith('HPE_')) break;
      return {
        words: `malformed HTTP response (${message})`,
        hint: `What listens at ${url.host} is no HTTP server: look at the port; ${ADDRESS}.`,
      };
  }
  return { words: message };
}

/** Where the environment puts a proxy before the server, it is the proxy that could not be reached. */
function proxied(trouble: Trouble, url: URL): Trouble {
  let proxy: URL | undefined;
  try {
    proxy = proxyFor(url, PLAIN, process.env);
  } catch {
    return trouble;
  }
  if (proxy === undefined) return trouble;
  const names = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return {
    words: trouble.words,
    hint: `The environment has a proxy for it: ${proxy.host} in ${names}. NO_PROXY=${url.hostname} goes without.`,
  };
}

/** Of a status that is not the API's. `location` is where the server would have the request go. */
export function statusHint(status: number, url: string, location: string | undefined): string | undefined {
  if (status >= 300 && status < 400) {
    return `The server sends requests elsewhere${location === undefined ? '' : `, to ${location}`}: is that a login page? Write the address that answers in --alertmanager.url.`;
  }
  switch (status) {
    case 401:
      return 'The server wants to know who asks: write https://user:password@host in --alertmanager.url, or "basic_auth" or "authorization" into a file for --http.config.file.';
    case 403:
      return 'The server knows who asks and does not allow it: ask whoever runs it or its proxy.';
    case 404:
    case 405:
      return `There is no Alertmanager's API at ${url}: with --web.route-prefix its path belongs to --alertmanager.url, and /api/v2 does not.`;
    case 407:
      return 'The proxy wants to know who asks: write http://user:password@host:port in HTTP_PROXY or HTTPS_PROXY.';
    case 429:
      return 'There are too many requests at once: try again in a moment.';
    case 502:
    case 503:
    case 504:
      return 'That is what a proxy says whose server is down or slow, or a server that cannot write: look at the server itself, and at its /-/ready.';
    default:
      return undefined;
  }
}

/** Of a refusal of the API itself, `text` being its words, and `id` that of a silence. */
export function refusedHint(status: number, text: string, id: string | undefined): string | undefined {
  if (id !== undefined && (status === 422 || (status === 404 && text.trim() === ''))) {
    return `No silence has the id "${id}": "silence query" prints those there are, "silence query --expired" those there were.`;
  }
  return status === 400 && text.includes('bad matcher format') ? MATCHER_HINT : undefined;
}

/** Of an address that is a name alone, which is a path below the server of this machine. */
export function readAsPath(text: string): string | undefined {
  return text === '' || text.includes('://') || text.startsWith('/')
    ? undefined
    : `"${text}" is taken for a path. ${withScheme(text)}`;
}

/** An address that lacks its scheme, with it and without its password. */
export function withScheme(text: string): string {
  const bare = text.replace(/^[a-z+.-]*:\/\//i, '').replace(/^\/+/, '');
  return `Write it as http://${bare.replace(/^[^/]*@/, 'user:password@') || 'localhost:9093'}.`;
}
