// Sending long answers in pieces: other requests get their turn in between, and what a slow client has not taken yet is
// not piled up in memory.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { isOver, send } from './answer.ts';
import { JsonWriter } from './json-writer.ts';

/** A client that takes nothing for that long is given up. */
const STALLED_MS = 30_000;

/** Writes JSON and stops after each small part of it, when other work may come in between. */
export type Writing = (writer: JsonWriter) => Iterable<void>;

/**
 * Answers with JSON that is written bit by bit while it goes out; so what writes it must not look at anything that may
 * have changed by then.
 */
export async function streamJson(res: ServerResponse, write: Writing): Promise<void> {
  const writer = new JsonWriter();
  let begun = false;
  for (const _ of write(writer)) {
    if (!writer.hasPiece()) continue;
    if (!begun) {
      if (isOver(res)) return;
      res.statusCode = 200;
      res.setHeader('Content-Type', 'application/json');
      begun = true;
    }
    for (const piece of writer.takePieces()) {
      if (!(await sent(res, piece))) return;
    }
  }
  writer.text('\n');
  const rest = writer.takeRest();
  if (begun) res.end(rest);
  else send(res, 200, 'application/json', rest);
}

/** Writes a JSON array. */
export function* writeArray<T>(
  writer: JsonWriter,
  items: readonly T[],
  write: (item: T, writer: JsonWriter) => void,
): Iterable<void> {
  writer.text('[');
  for (let i = 0; i < items.length; i++) {
    if (i > 0) writer.text(',');
    write(items[i]!, writer);
    yield;
  }
  writer.text(']');
}

/** Whether the client is still there after it. Other work gets its turn even when the client takes everything at once. */
async function sent(res: ServerResponse, piece: Buffer): Promise<boolean> {
  if (res.destroyed || res.writableEnded) return false;
  if (!res.write(piece) && !(await drained(res))) return false;
  await new Promise((resolve) => setImmediate(resolve));
  return true;
}

async function drained(res: ServerResponse): Promise<boolean> {
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
