// Names to addresses, by the system. Node.js gives it two threads, on which a name whose servers do not answer stays for
// many seconds: without the order that is kept here, one such name would keep all other receivers from being reached.

import { lookup as bySystem, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Asks the system. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/** A name that takes longer is slow, and the addresses that it had are good enough: milliseconds. */
const SLOW_MS = 1_000;
/** Names that are remembered. */
const NAMES = 1_000;
/** What `getaddrinfo` says when nobody answered; everything else is an answer. */
const NO_ANSWER = 'EAI_AGAIN';

interface Waiter {
  readonly give: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

interface Question {
  readonly key: string;
  readonly hostname: string;
  readonly options: LookupAllOptions;
  readonly waiters: Set<Waiter>;
}

/**
 * A name is asked for once at a time, whoever wants it. Of the names that are slow one at a time is asked for, so that there
 * is always a thread for the others. Where nobody answers in time, the addresses that the name had last are given.
 *
 * @param slowMs how long a name may take that is not slow
 */
export function orderly(resolve: Resolve, slowMs = SLOW_MS): LookupFunction {
  const asking = new Map<string, Question>();
  const known = new Map<string, LookupAddress[]>();
  const slow = new Set<string>();
  const queue: Question[] = [];
  let slowOnes = 0;

  const run = (question: Question): void => {
    const { key, hostname, options, waiters } = question;
    let counted = slow.has(key);
    if (counted) slowOnes++;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      keep(slow, key);
      if (!counted) slowOnes++;
      counted = true;
    }, slowMs);
    resolve(hostname, options, (error, addresses = []) => {
      clearTimeout(timer);
      asking.delete(key);
      if (counted) slowOnes--;
      if (!late) slow.delete(key);
      if (error === null) remember(known, key, addresses);
      const last = error?.code === NO_ANSWER ? known.get(key) : undefined;
      for (const waiter of waiters) {
        clearTimeout(waiter.timer);
        if (last === undefined) waiter.give(error, addresses);
        else waiter.give(null, last);
      }
      const next = slowOnes === 0 ? queue.shift() : undefined;
      if (next !== undefined) run(next);
    });
  };

  return (hostname, { all, ...options }, callback) => {
    const key = JSON.stringify([hostname, options.family, options.hints, options.order, options.verbatim]);
    const give: Waiter['give'] = (error, addresses) => {
      const [first] = addresses;
      if (error !== null || all === true || first === undefined) callback(error, addresses);
      else callback(null, first.address, first.family);
    };
    let question = asking.get(key);
    const isNew = question === undefined;
    question ??= { key, hostname, options: { ...options, all: true }, waiters: new Set() };
    const { waiters } = question;
    const last = known.get(key);
    const settle = (): void => {
      if (waiters.delete(waiter)) give(null, last ?? []);
    };
    const waiter: Waiter = { give, timer: last === undefined ? undefined : setTimeout(settle, slowMs) };
    waiters.add(waiter);
    if (!isNew) return;
    asking.set(key, question);
    if (slow.has(key) && slowOnes > 0) queue.push(question);
    else run(question);
  };
}

function remember(known: Map<string, LookupAddress[]>, key: string, addresses: LookupAddress[]): void {
  known.delete(key);
  known.set(key, addresses);
  for (const oldest of known.keys()) {
    if (known.size <= NAMES) break;
    known.delete(oldest);
  }
}

function keep(names: Set<string>, name: string): void {
  names.delete(name);
  names.add(name);
  for (const oldest of names) {
    if (names.size <= NAMES) break;
    names.delete(oldest);
  }
}

/** For the sockets of all receivers. */
export const lookup: LookupFunction = orderly((hostname, options, done) => {
  bySystem(hostname, options, done);
});
