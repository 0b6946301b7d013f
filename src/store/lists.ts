// Long lists of fingerprints, shared: each flush of a group of thousands names them all, for each integration, when it
// decides and when it has told. Kept is what differs from a list of the same group before.

/** How long after it was stored a content may be named by new events. */
export const SHARE_MS = 86_400_000;

/** How long after it was stored a content can be named by an event: directly, or by a list that builds on it. */
export const CONTENT_LIFE_MS = 2 * SHARE_MS;

/** Lists up to this length are not worth sharing. */
const SHORT = 8;
/** A list is kept as a difference when that is so many times shorter. */
const WORTH = 4;
/** Of how many groups the lists are remembered. */
const MOST = 1_000;

/** In an event: the list itself, or the id of the content that holds it. */
export type ListRef = number | readonly string[];

/** A list as a content: whole, or as what leads to it from another. */
export type ListBody =
  | readonly string[]
  | { readonly of: number; readonly without: readonly string[]; readonly with: readonly string[] };

interface Stored {
  readonly id: number;
  readonly at: number;
  readonly list: readonly string[];
}

/** What a group's list was last, and the whole one that differences refer to. */
interface Shared {
  readonly base: Stored;
  readonly last: Stored;
}

/** Stores a content and gives its id. */
export type Mint = (body: string) => number;

export class Lists {
  private readonly shared = new Map<string, Shared>();

  /**
   * The reference to put into an event of the instant `at`; stores what is needed by `mint`. `key` tells lists apart that
   * resemble each other over time. `undo` receives what takes the memory of it back.
   */
  refer(key: string, list: readonly string[], at: number, mint: Mint, undo: (() => void)[]): ListRef {
    if (list.length <= SHORT) return list;
    const known = this.shared.get(key);
    if (known !== undefined && fresh(known.last, at) && sameList(known.last.list, list)) return known.last.id;
    undo.push(() => {
      if (known === undefined) this.shared.delete(key);
      else this.shared.set(key, known);
    });
    const next = renew(known, list, at, mint);
    // The end of the map is what was used last.
    this.shared.delete(key);
    this.shared.set(key, next);
    const [oldest] = this.shared.keys();
    if (this.shared.size > MOST && oldest !== undefined) this.shared.delete(oldest);
    return next.last.id;
  }

  /** Names nothing any more that was stored before. */
  evict(before: number): void {
    for (const [key, { base }] of this.shared) {
      if (base.at < before) this.shared.delete(key);
    }
  }
}

function renew(known: Shared | undefined, list: readonly string[], at: number, mint: Mint): Shared {
  if (known !== undefined && fresh(known.base, at)) {
    const body = difference(known.base, list);
    if (body !== undefined) return { base: known.base, last: { id: mint(JSON.stringify(body)), at, list } };
  }
  const whole = { id: mint(JSON.stringify(list)), at, list };
  return { base: whole, last: whole };
}

export function fresh(content: { readonly at: number }, at: number): boolean {
  return content.at <= at && at < content.at + SHARE_MS;
}

/** What leads from the one list to the other; `undefined` when it is too much, or one of them is not in order. */
function difference(base: Stored, list: readonly string[]): ListBody | undefined {
  const without: string[] = [];
  const added: string[] = [];
  const most = list.length / WORTH;
  let i = 0;
  let k = 0;
  while (i < base.list.length || k < list.length) {
    const a = base.list[i];
    const b = list[k];
    if (b !== undefined && k > 0 && list[k - 1]! >= b) return undefined;
    if (a !== undefined && i > 0 && base.list[i - 1]! >= a) return undefined;
    if (a === b) {
      i++;
      k++;
    } else if (b === undefined || (a !== undefined && a < b)) {
      without.push(a!);
      i++;
    } else {
      added.push(b);
      k++;
    }
    if (without.length + added.length > most) return undefined;
  }
  return { of: base.id, without, with: added };
}

/** The list that a content stands for; `whole` gives the list of the id that a difference builds on. */
export function readList(body: ListBody, whole: (id: number) => readonly string[]): readonly string[] {
  if (!('of' in body)) return body;
  const gone = new Set(body.without);
  const kept = whole(body.of).filter((member) => !gone.has(member));
  return [...kept, ...body.with].sort(compare);
}

/** The order of `<`, in which lists are that are kept as differences. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
