// Sending long answers in pieces: other requests get their turn in between, and what a slow client has not taken yet is
// not piled up in memory.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { isOver, sendJson } from './answer.ts';

/** From how many characters on they are written. */
const ENOUGH = 128 * 1024;
/** A client that takes nothing for that long is given up. */
const STALLED_MS = 30_000;

/**
 * Answers with JSON that comes in pieces. They are read bit by bit while the answer goes out, so what makes them must not
 * look at anything that may have changed by then.
 */
export async function streamJson(res: ServerResponse, pieces: Iterable<string>): Promise<void> {
  if (isOver(res)) return;
  let text = '';
  let begun = false;
  for (const piece of pieces) {
    text += piece;
    if (text.length < ENOUGH) continue;
    if (!begun) {
      res.statusCode = 200;
      res.setHeader('Content-Type', 'application/json');
      begun = true;
    }
    if (!(await write(res, text))) return;
    text = '';
  }
  text += '\n';
  if (begun) res.end(text);
  else sendJson(res, 200, text);
}

/** The pieces of a JSON array. */
export function* arrayOf<T>(items: Iterable<T>, json: (item: T) => string): Iterable<string> {
  let comma = '[';
  for (const item of items) {
    yield comma + json(item);
    comma = ',';
  }
  yield comma === '[' ? '[]' : ']';
}

/** Whether the client is still there after it. */
async function write(res: ServerResponse, text: string): Promise<boolean> {
  if (res.destroyed || res.writableEnded) return false;
  if (res.write(text)) {
    await new Promise((resolve) => setImmediate(resolve));
    return !res.destroyed;
  }
  const patience = new AbortController();
  const gone = (): void => patience.abort();
  const timer = setTimeout(gone, STALLED_MS);
  res.once('close', gone);
  try {
    await once(res, 'drain', { signal: patience.signal });
    return true;
  } catch {
    res.destroy();
    return false;
  } finally {
    clearTimeout(timer);
    res.off('close', gone);
  }
}
