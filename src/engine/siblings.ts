// Which of many sibling routes can take an alert at all. They are filed by what a matcher demands of one label: a value, a
// few values, or how the value begins. Checking thousands of them one by one is what makes large flat trees slow.

import { type LabelSet, labelValue } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { type Beginning, beginningsOf } from '../model/regex-shape.ts';

/** What is filed: a route, or anything else that has matchers and a place. */
export interface Sibling {
  /** Grows from sibling to sibling. */
  readonly order: number;
  readonly config: { readonly matchers: readonly Matcher[] };
}

/** Below that number looking at each one is quicker. */
const WORTHWHILE = 8;

/** A matcher with more alternatives is not filed: each of them takes a place. */
const MOST_BEGINNINGS = 1_000;

/** The siblings that are filed under one label. */
interface Shelf<T> {
  readonly whole: Map<string, T[]>;
  readonly begun: Map<string, T[]>;
  /** The lengths of the keys of `begun`. */
  readonly lengths: Set<number>;
}

export interface Siblings<T extends Sibling> {
  readonly shelves: ReadonlyMap<string, Shelf<T>>;
  /** Those of which no matcher demands anything that could be filed. */
  readonly others: readonly T[];
}

/** What one matcher demands of one label. */
interface Demand {
  readonly name: string;
  readonly beginnings: readonly Beginning[];
}

/** Files the siblings, or answers undefined when they are too few for it. */
export function fileSiblings<T extends Sibling>(siblings: readonly T[]): Siblings<T> | undefined {
  if (siblings.length < WORTHWHILE) return undefined;
  const demands = siblings.map(({ config }) => config.matchers.map(demandOf).filter((demand) => demand !== undefined));
  const crowds = new Map<string, number>();
  for (const demand of demands.flat()) {
    for (const key of keysOf(demand)) crowds.set(key, (crowds.get(key) ?? 0) + 1);
  }
  const shelves = new Map<string, Shelf<T>>();
  const others: T[] = [];
  siblings.forEach((sibling, i) => {
    const demand = rarest(demands[i]!, crowds);
    if (demand === undefined) others.push(sibling);
    else file(sibling, demand, shelves);
  });
  return { shelves, others };
}

/** Those that can take an alert with these labels, in their order. Whether they do is for their matchers to say. */
export function possibleSiblings<T extends Sibling>(filed: Siblings<T>, labels: LabelSet): readonly T[] {
  const lists: (readonly T[])[] = filed.others.length > 0 ? [filed.others] : [];
  for (const name of Object.keys(labels)) {
    const shelf = filed.shelves.get(name);
    if (shelf === undefined) continue;
    const value = labelValue(labels, name);
    const same = shelf.whole.get(value);
    if (same !== undefined) lists.push(same);
    for (const length of shelf.lengths) {
      const begun = value.length < length ? undefined : shelf.begun.get(value.slice(0, length));
      if (begun !== undefined) lists.push(begun);
    }
  }
  return lists.reduce<readonly T[]>((all, list) => (all.length === 0 ? list : merged(all, list)), []);
}

/** Both in one, in their order. One with alternatives may stand in both. */
function merged<T extends Sibling>(a: readonly T[], b: readonly T[]): T[] {
  const all: T[] = [];
  let i = 0;
  let k = 0;
  while (i < a.length && k < b.length) {
    const left = a[i]!;
    const right = b[k]!;
    if (left.order <= right.order) i++;
    if (right.order <= left.order) k++;
    all.push(left.order <= right.order ? left : right);
  }
  while (i < a.length) all.push(a[i++]!);
  while (k < b.length) all.push(b[k++]!);
  return all;
}

/** Undefined when it is satisfied by a label that is missing, or by one about which nothing is known beforehand. */
function demandOf({ name, type, value }: Matcher): Demand | undefined {
  if (type === '=') return value === '' ? undefined : { name, beginnings: [{ text: value, whole: true }] };
  if (type !== '=~') return undefined;
  const beginnings = beginningsOf(value);
  if (beginnings.length > MOST_BEGINNINGS || beginnings.some(({ text }) => text === '')) return undefined;
  return { name, beginnings };
}

function keysOf({ name, beginnings }: Demand): string[] {
  return beginnings.map(({ text, whole }) => `${name}\0${whole ? '=' : '^'}${text}`);
}

/** The demand that the fewest siblings share. */
function rarest(demands: readonly Demand[], crowds: ReadonlyMap<string, number>): Demand | undefined {
  let best: Demand | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const demand of demands) {
    const crowd = Math.max(...keysOf(demand).map((key) => crowds.get(key) ?? 0));
    if (crowd < least) {
      best = demand;
      least = crowd;
    }
  }
  return best;
}

function file<T>(sibling: T, { name, beginnings }: Demand, shelves: Map<string, Shelf<T>>): void {
  let shelf = shelves.get(name);
  if (shelf === undefined) {
    shelf = { whole: new Map(), begun: new Map(), lengths: new Set() };
    shelves.set(name, shelf);
  }
  for (const { text, whole } of beginnings) {
    const lists = whole ? shelf.whole : shelf.begun;
    const list = lists.get(text);
    if (list === undefined) lists.set(text, [sibling]);
    else if (list.at(-1) !== sibling) list.push(sibling);
    if (!whole) shelf.lengths.add(text.length);
  }
}
