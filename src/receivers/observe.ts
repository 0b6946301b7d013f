// What an attempt tells somebody who watches it: each request and what came back, without secrets. Apart from the
// client, which only says when something happened.

import type { Observed, ReceiverIO } from './receiver.ts';
import { REDACTED, type Redactor } from './redact.ts';

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Follows the requests of one exchange. */
export interface Watcher {
  /** A request goes out. */
  asks(method: string, url: URL): void;
  /** The last one was answered. */
  answered(status: number, headers: AnswerHeaders, body?: string): void;
  /** The last one, if there was any, came to nothing. */
  failed(message: string): void;
}

/** How much of a body is told, in characters. */
const TOLD = 10_000;
/** What of an answer's headers explains it: its kind, limits and the ids by which a provider's support finds a request. */
const TELLING =
  /^(?:content-type|location|retry-after|server|www-authenticate|(?:x-)?rate-?limit.*|x-request-id|.*-error)$/;

const blind: Watcher = { asks: () => undefined, answered: () => undefined, failed: () => undefined };

/** Tells `io.observed`, if anybody listens; the redactor has to know the exchange's secrets by then. */
export function watcher(io: Pick<ReceiverIO, 'observed'>, redactor: Redactor): Watcher {
  const { observed } = io;
  if (observed === undefined) return blind;
  let request: string | undefined;
  const tell = (what: Omit<Observed, 'request'>): void => {
    if (request !== undefined) observed({ request, ...what });
    request = undefined;
  };
  return {
    asks: (method, url) => {
      request = `${method} ${url.origin}/${url.pathname + url.search === '/' ? '' : REDACTED}`;
    },
    answered: (status, headers, body = '') =>
      tell({ status, headers: tellingOf(headers, redactor), body: shortened(redactor.clean(body)) }),
    failed: (error) => tell({ error: redactor.clean(error) }),
  };
}

/** No more of a text than somebody wants to read. */
export function shortened(text: string): string {
  return text.length <= TOLD ? text : `${text.slice(0, TOLD)}…`;
}

function tellingOf(headers: AnswerHeaders, redactor: Redactor): Record<string, string> {
  const telling = Object.entries(headers).filter(([name]) => TELLING.test(name));
  return Object.fromEntries(telling.map(([name, value]) => [name, redactor.clean([value ?? ''].flat().join(', '))]));
}
