// The problems that are found while a configuration is read, each with its place. Also remembers which parts are known
// to be wrong already, so that one mistake is told once and not again by its consequences.

import type { Place, Problem } from '../model/problem.ts';
import { isMerge, type Node, target } from './node.ts';
import type { Source } from './source.ts';

/** Keys and list positions from the top: `['receivers', 2, 'name']`. */
export type Path = readonly (string | number)[];

/** After so many errors the rest are only counted; after so many warnings and hints the rest are dropped. */
const MAX_PROBLEMS = 500;

/** Longer messages, which repeat something long from the file, are cut. */
const MAX_MESSAGE = 600;

/** One of the files whose texts are counted in one row. */
interface File {
  readonly name: string;
  /** Where its text begins, and its first line. */
  readonly base: number;
  readonly firstLine: number;
  /** Where lists of it begin within those that they were added to. */
  readonly starts: ReadonlyMap<string, number>;
}

export class Report {
  readonly #files: File[] = [];
  /** Those of all files, one after the other. */
  #text = '';
  #root: Node | undefined;
  /** Values, and what the file has instead. */
  readonly #hidden = new Map<string, string>();
  readonly #problems: Problem[] = [];
  readonly #seen = new Set<string>();
  readonly #wrong = new Set<string>();
  readonly #wrongItself = new Set<string>();
  readonly #lineStarts: number[] = [];
  #errors = 0;
  /** Errors with a place or words of their own. */
  #told = 0;
  #advice = 0;

  constructor(file: string, source: Source) {
    this.addFile(file, source.text);
    this.#root = source.root;
  }

  /** Takes in a further file, and tells where its places begin. `starts` may be filled later, before there are problems in its lists. */
  addFile(name: string, text: string, starts: ReadonlyMap<string, number> = new Map()): number {
    const base = this.#text.length;
    this.#files.push({ name, base, firstLine: this.#lineStarts.length, starts });
    this.#lineStarts.push(base);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(base + at + 1);
    // A place right behind a file's end is still its own.
    this.#text += `${text}\n`;
    return base;
  }

  /** From now on paths lead through that tree. */
  use(root: Node): void {
    this.#root = root;
  }

  /** No message shows the value from now on, but what the file has instead. */
  hide(value: string, instead: string): void {
    if (value !== '' && !this.#hidden.has(value)) this.#hidden.set(value, instead);
  }

  /** The first place at or after `from`, in the same file, where the text is. */
  find(text: string, from: number): number | undefined {
    const at = this.#text.indexOf(text, from);
    return at < 0 || this.#fileOf(at) !== this.#fileOf(from) ? undefined : at;
  }

  /** The line of a place, from its first sign to its last. */
  lineOf(at: number): string {
    const end = this.#text.indexOf('\n', at);
    return this.#text.slice(this.#text.lastIndexOf('\n', at - 1) + 1, end < 0 ? undefined : end);
  }

  /** The name of the file of a place. */
  fileAt(at: number): string {
    return this.#fileOf(at).name;
  }

  /** `file:line:column` of the part at `path`; undefined while there is only one file. */
  otherPlace(path: Path): string | undefined {
    if (this.#files.length === 1) return undefined;
    const { at } = this.place(path);
    const { line, column } = this.#linePosition(at);
    return `${this.fileAt(at)}:${line}:${column}`;
  }

  /** An error at a place in the text. `path` names the part that is wrong. */
  error(at: number, path: Path, message: string): void {
    this.#errors++;
    this.#wrongItself.add(pathText(path));
    for (let length = 0; length <= path.length; length++) this.#wrong.add(pathText(path.slice(0, length)));
    this.#add(at, path, message, 'error');
  }

  /** Something that is refused nowhere but is hardly meant, or will not work. */
  warning(at: number, path: Path, message: string, code: string): void {
    this.#add(at, path, message, 'warning', code);
  }

  /** An error about the part at `path`, or about the nearest part around it that is written in the file. */
  errorAt(path: Path, message: string): void {
    this.error(this.place(path).at, path, message);
  }

  warningAt(path: Path, message: string, code: string): void {
    this.warning(this.place(path).at, path, message, code);
  }

  /** Something that works and may be meant, but often is not. */
  hintAt(path: Path, message: string, code: string): void {
    this.#add(this.place(path).at, path, message, 'hint', code);
  }

  /** The line of the part at `path`, from 1. */
  lineAt(path: Path): number {
    return this.#linePosition(this.place(path).at).line;
  }

  /** Whether an error was found in the part at `path` or below. */
  isWrong(path: Path): boolean {
    return this.#wrong.has(pathText(path));
  }

  /** Whether an error was found in the part at `path` as a whole, so that there is nothing to look for in it. */
  isWrongItself(path: Path): boolean {
    return this.#wrongItself.has(pathText(path));
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** In the order of the text. */
  problems(): Problem[] {
    const places = new Map(this.#files.map(({ name }, i) => [name, i]));
    const order = ({ file }: Problem): number => places.get(file) ?? 0;
    const sorted = [...this.#problems].sort((a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column);
    const untold = this.#told - MAX_PROBLEMS;
    if (untold > 0) {
      const message = `and ${untold} more: mend these first`;
      sorted.push({ file: this.fileAt(0), line: 0, column: 0, path: '', message, severity: 'error' });
    }
    return sorted;
  }

  /** Where the value at `path` stands; its key, if the value is not on the key's line; or what is nearest around it. */
  place(path: Path): { readonly at: number; readonly found: boolean } {
    let node = this.#root;
    let at = node?.at ?? 0;
    for (const step of path) {
      const next = node === undefined ? undefined : child(target(node), step, this.#text);
      if (next === undefined) return { at, found: false };
      at = next.at;
      node = next.node;
    }
    return { at, found: true };
  }

  /** Where the part at `path` stands, for who finds something in it later. */
  where(at: number, path: Path): Place {
    const file = this.#fileOf(at);
    return { file: file.name, ...this.#linePosition(at), path: pathText(pathWithin(file, path)) };
  }

  #add(at: number, path: Path, text: string, severity: Problem['severity'], code?: string): void {
    const shown = this.#withoutHidden(text);
    const message = shown.length > MAX_MESSAGE ? `${shown.slice(0, MAX_MESSAGE)}...` : shown;
    const seen = `${at}:${message}`;
    if (this.#seen.has(seen)) return;
    this.#seen.add(seen);
    if ((severity === 'error' ? ++this.#told : ++this.#advice) > MAX_PROBLEMS) return;
    const kind = code === undefined ? {} : { code };
    this.#problems.push({ ...this.where(at, path), message, severity, ...kind });
  }

  #fileOf(at: number): File {
    return this.#files.findLast(({ base }) => base <= at) ?? this.#files[0]!;
  }

  /** Also those parts of hidden values that a message was shortened to, and those that were quoted. */
  #withoutHidden(message: string): string {
    let shown = message;
    // The longest first, because one may begin with another one.
    for (const [value, instead] of [...this.#hidden].sort(([a], [b]) => b.length - a.length)) {
      for (const form of new Set([value, JSON.stringify(value).slice(1, -1)])) {
        // Of a sign or two all messages are full: those are only told from others where they are quoted alone.
        shown = form.length < 4 ? shown.replaceAll(`"${form}"`, `"${instead}"`) : shown.replaceAll(form, instead);
        for (let length = shown.includes('...') ? Math.min(form.length - 1, 60) : 0; length > 0; length--) {
          shown = shown.replaceAll(`${form.slice(0, length)}...`, `${instead}...`);
        }
      }
    }
    return shown;
  }

  #linePosition(at: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1 - this.#fileOf(at).firstLine, column: at - this.#lineStarts[low]! + 1 };
  }
}

/** The path from the top of a file whose lists were added to others. */
function pathWithin({ starts }: File, path: Path): Path {
  const isRoutes = path[0] === 'route' && path[1] === 'routes';
  const name = isRoutes ? 'routes' : path[0];
  const [index, ...rest] = path.slice(isRoutes ? 2 : 1);
  const start = typeof name === 'string' ? starts.get(name) : undefined;
  if (name === undefined || start === undefined) return path;
  return typeof index === 'number' ? [name, index - start, ...rest] : [name];
}

function child(node: Node, step: string | number, text: string, depth = 0): { node: Node; at: number } | undefined {
  if (typeof step === 'number') {
    const item = node.kind === 'list' ? node.items[step] : undefined;
    return item === undefined ? undefined : { node: item, at: item.at };
  }
  if (node.kind !== 'map') return undefined;
  for (const { key, value } of node.pairs) {
    const real = target(key);
    if (real.kind === 'scalar' && real.text === step && !isMerge(key)) {
      return { node: value, at: isBeside(key, value, text) ? value.at : key.at };
    }
  }
  // A map that merges itself has no end.
  if (depth > 10) return undefined;
  for (const { key, value } of node.pairs) {
    if (!isMerge(key)) continue;
    const real = target(value);
    for (const merged of real.kind === 'list' ? real.items : [real]) {
      const found = child(target(merged), step, text, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isBeside(key: Node, value: Node, text: string): boolean {
  if (value.kind === 'scalar' && value.text === '') return false;
  return value.at >= key.at && !text.slice(key.at, value.at).includes('\n');
}

/** `receivers[2].slack_configs[0].channel`; names that hold signs of their own are quoted in brackets. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
