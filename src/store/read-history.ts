// Reads history from the database file, in pieces that hold up a commit for a few milliseconds at most.

import type { Channel } from './channel.ts';
import { baseOf, decodeEvent, listsOf } from './decode.ts';
import type { Recorded } from './store.ts';

/** How many numbers of entries a piece looks at. */
const PIECE = 256;

export interface Seqs {
  readonly first: number;
  readonly last: number;
}

/** Does a piece of work when nothing else uses the file. */
export type Turn = <T>(work: (channel: Channel) => Promise<T>) => Promise<T>;

/** The first and the last entry whose instant is in `[from, to)`; those between need not all be. */
export async function readSpan(turn: Turn, from: number, to: number): Promise<Seqs | undefined> {
  let found: Seqs | undefined;
  let after: { at: number; seq: number } | undefined;
  do {
    const piece = await turn((channel) => channel.call('span', { from, to, after }));
    const { seqs } = piece;
    if (seqs !== undefined) {
      const first = Math.min(found?.first ?? seqs.first, seqs.first);
      found = { first, last: Math.max(found?.last ?? seqs.last, seqs.last) };
    }
    after = piece.next;
  } while (after !== undefined);
  return found;
}

/** The entries of a piece behind `after`, and where the next piece begins. */
export async function readEvents(
  channel: Channel,
  { from, to, after, until }: { from: number; to: number; after: number; until: number },
): Promise<{ entries: Recorded[]; after: number }> {
  const end = Math.min(until, after + PIECE);
  const rows = await channel.call('events', { from, to, after, until: end });
  const contents = new Map<number, string>();
  await look(channel, rows.flatMap(listsOf), contents);
  const bases = [...contents.values()].map(baseOf).filter((id) => id !== undefined);
  await look(channel, bases, contents);
  return { entries: rows.map((row) => decodeEvent(row, contents)), after: end };
}

async function look(channel: Channel, ids: readonly number[], into: Map<number, string>): Promise<void> {
  const missing = [...new Set(ids)].filter((id) => !into.has(id));
  if (missing.length === 0) return;
  for (const { id, body } of await channel.call('contents', missing)) into.set(id, body);
}
