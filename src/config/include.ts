// `include:`, where the command line asks for it: lists of further files go at the end of the lists of the first one, as if
// they stood there. Every part keeps its own place, so that problems are told where they are.

import { described, isNull, type ListNode, type MapNode, type Node, target } from './node.ts';
import { movedBy } from './rebuild.ts';
import type { Report } from './report.ts';
import { readSource } from './source.ts';
import { orList } from './suggest.ts';

export interface IncludedFile {
  /** As messages name it; relative paths in it are joined to its folder. */
  readonly name: string;
  readonly input: Uint8Array;
}

/** The files that a pattern means, in order. Throws an Error that says why when it or one of them cannot be read. */
export type FindFiles = (pattern: string) => readonly IncludedFile[];

/** What a file that is included may hold: its key, and where that goes. */
const LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['receivers', ['receivers']],
  ['inhibit_rules', ['inhibit_rules']],
  ['time_intervals', ['time_intervals']],
  ['templates', ['templates']],
  ['routes', ['route', 'routes']],
]);

/** The tree with everything that it includes and without `include`. `taken` is told of each file that was read. */
export function withIncluded(root: Node, find: FindFiles, report: Report, taken: (file: IncludedFile) => void): Node {
  if (root.kind !== 'map') return root;
  const pairs = root.pairs.filter(({ key }) => !isKey(key, 'include'));
  if (pairs.length === root.pairs.length) return root;
  let merged: MapNode = { ...root, pairs };
  const seen = new Set<string>();
  for (const { value } of root.pairs.filter(({ key }) => isKey(key, 'include'))) {
    for (const file of filesOf(value, find, report)) {
      if (seen.has(file.name)) continue;
      seen.add(file.name);
      taken(file);
      merged = withFile(merged, file, report);
    }
  }
  return merged;
}

function isKey(key: Node, name: string): boolean {
  return key.kind === 'scalar' && key.text === name;
}

function filesOf(value: Node, find: FindFiles, report: Report): readonly IncludedFile[] {
  const list = target(value);
  if (isNull(list)) return [];
  if (list.kind !== 'list') {
    report.error(value.at, ['include'], `expected a list such as [conf.d/*.yml], found ${described(list)}`);
    return [];
  }
  return list.items.flatMap((item, i) => {
    const path = ['include', i];
    const real = target(item);
    if (real.kind !== 'scalar' || real.text === '') {
      report.error(item.at, path, `expected a pattern such as conf.d/*.yml, found ${described(real)}`);
      return [];
    }
    try {
      const files = find(real.text);
      if (files.length === 0) report.warning(item.at, path, 'no file matches this pattern', 'include-nothing');
      return files;
    } catch (error) {
      report.error(item.at, path, error instanceof Error ? error.message : String(error));
      return [];
    }
  });
}

function withFile(root: MapNode, file: IncludedFile, report: Report): MapNode {
  const source = readSource(file.input);
  const starts = new Map<string, number>();
  const base = report.addFile(file.name, source.text, starts);
  for (const { at, message } of source.problems) report.error(base + at, [], message);
  if (source.ignoredAt !== undefined) {
    const message = 'nothing from here on is read: a file holds one document';
    report.warning(base + source.ignoredAt, [], message, 'ignored-text');
  }
  if (source.root === undefined || isNull(source.root)) return root;
  const own = movedBy(source.root, base);
  const allowed = `an included file holds ${orList([...LISTS.keys()])}`;
  if (own.kind !== 'map') {
    report.error(own.at, [], `${allowed}, found ${described(own)}`);
    return root;
  }
  let merged = root;
  const done = new Set<string>();
  for (const { key, value } of own.pairs) {
    const name = key.kind === 'scalar' ? key.text : '';
    const place = LISTS.get(name);
    const list = target(value);
    if (place === undefined) {
      report.error(key.at, [name], `${allowed} and nothing else: move ${described(key)} to the file that includes it`);
    } else if (done.has(name)) {
      report.error(key.at, [name], `${name} is given twice: remove one of them`);
    } else if (list.kind === 'list') {
      merged = appended(merged, place, list, (start) => starts.set(name, start));
    } else if (!isNull(list)) {
      report.error(value.at, [name], `expected a list, found ${described(list)}`);
    }
    done.add(name);
  }
  return merged;
}

/** The map with the items at the end of the list at that place, which is made where there is none. Nothing is changed in place. */
function appended(map: MapNode, place: readonly string[], list: ListNode, told: (start: number) => void): MapNode {
  const [name, ...rest] = place as [string, ...string[]];
  const index = map.pairs.findIndex(({ key }) => isKey(key, name));
  const pair = map.pairs[index];
  const present = pair === undefined || isNull(pair.value) ? undefined : target(pair.value);
  let value: Node;
  if (rest.length > 0) {
    // Without a route there is nothing to add to; that it is missing is told elsewhere.
    if (present?.kind !== 'map') return map;
    value = appended(present, rest, list, told);
  } else if (present === undefined) {
    told(0);
    value = list;
  } else if (present.kind === 'list') {
    told(present.items.length);
    value = { ...present, items: [...present.items, ...list.items] };
  } else {
    return map;
  }
  const key = pair?.key ?? { kind: 'scalar' as const, text: name, plain: true, tag: '', at: list.at };
  const made = { key, value };
  return { ...map, pairs: pair === undefined ? [...map.pairs, made] : map.pairs.with(index, made) };
}
