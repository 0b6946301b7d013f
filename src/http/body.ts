// Reading a request's body: bounded for each request and for all of them together, so that no client can fill the
// memory, and refused when the values that it would parse to could.

import type { IncomingMessage } from 'node:http';
import { failure, refusal, unreadable } from './answer.ts';

/** Deeper and more than any body that means something has, and harmless still: fifty thousand alerts of common size. */
const MAX_DEPTH = 100;
const MAX_VALUES = 1_000_000;
/** Bodies up to that size cannot hold enough values to matter. */
const SMALL_BYTES = 256 * 1024;
/** How long the rest of a body that is too long is read and thrown away, so that the client hears our answer. */
const DRAIN_MS = 5_000;

/** What all bodies that are being read share. */
export class BodyBudget {
  #bytes = 0;
  readonly #maxEach: number;
  readonly #maxAll: number;

  constructor(maxEach: number, maxAll: number) {
    this.#maxEach = maxEach;
    this.#maxAll = maxAll;
  }

  /**
   * The body as text. Rejects with an `ApiError`: 413 when it is longer than one may be, 503 when all bodies together
   * are, 400 when the client broke off.
   */
  read(req: IncomingMessage): Promise<string> {
    if (Number(req.headers['content-length'] ?? 0) > this.#maxEach) return this.#refuse(req, this.#tooLong());
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let open = true;
      const close = (): void => {
        if (!open) return;
        open = false;
        this.#bytes -= size;
      };
      const refuse = (error: Error): void => {
        close();
        chunks.length = 0;
        this.#refuse(req, error).catch(reject);
      };
      req.on('data', (chunk: Buffer) => {
        if (!open) return;
        size += chunk.length;
        this.#bytes += chunk.length;
        chunks.push(chunk);
        if (size > this.#maxEach) refuse(this.#tooLong());
        else if (this.#bytes > this.#maxAll) refuse(failure(503, 'too many large requests at once, try again later'));
      });
      req.on('end', () => {
        if (!open) return;
        close();
        resolve(chunks.length === 1 ? chunks[0]!.toString('utf8') : Buffer.concat(chunks).toString('utf8'));
      });
      req.on('close', () => {
        if (!open) return;
        close();
        reject(failure(400, 'the request ended before its body did'));
      });
    });
  }

  #tooLong(): Error {
    return refusal(413, `the body is longer than ${this.#maxEach} bytes`);
  }

  /** Rejects with the error once the client has sent everything or has had its time: it would not listen before. */
  #refuse(req: IncomingMessage, error: Error): Promise<never> {
    return new Promise((_, reject) => {
      const timer = setTimeout(() => reject(error), DRAIN_MS);
      const done = (): void => {
        clearTimeout(timer);
        reject(error);
      };
      req.on('end', done);
      req.on('close', done);
      req.resume();
    });
  }
}

/**
 * The JSON value of a body. Throws an `ApiError`: 422 when the body is empty, 400 when it is no JSON.
 *
 * @param parameter what the API description calls the body
 */
export function parseBody(text: string, parameter: string): unknown {
  if (text === '') throw refusal(602, `${parameter} in body is required`);
  const excess = text.length > SMALL_BYTES ? excessOf(text) : undefined;
  if (excess !== undefined) throw unreadable(parameter, excess);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(parameter, reason(error));
  }
}

/** What the type of a JSON value is called in messages. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The text with each half of a surrogate pair that stands alone made U+FFFD, as in Go. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^Unexpected end|^Unterminated/.test(message) ? 'unexpected EOF' : message;
}

/** What JSON text has too much of: a byte may stand for a hundred times as much memory, and for as much time. */
function excessOf(text: string): string | undefined {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      i = stringEnd(text, i);
    } else if (c === COMMA) {
      values++;
    } else if (c === OPEN_ARRAY || c === OPEN_OBJECT) {
      values++;
      depth++;
      if (depth > MAX_DEPTH) return 'it is nested too deeply';
    } else if (c === CLOSE_ARRAY || c === CLOSE_OBJECT) {
      depth--;
    }
  }
  return values > MAX_VALUES ? `it holds more than ${MAX_VALUES} values` : undefined;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where the string that begins at `i` ends; the text's end when it does not. */
function stringEnd(text: string, i: number): number {
  for (let k = i + 1; k < text.length; k++) {
    const c = text.charCodeAt(k);
    if (c === 0x5c) k++;
    else if (c === QUOTE) return k;
  }
  return text.length;
}
