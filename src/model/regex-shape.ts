// Patterns that need no engine. Most of what operators write is words, alternatives of words and words with `.*` around
// them: those are equality, a set or a search. Whatever is not understood here with certainty is left to RE2.

/** Whether the whole text matches. */
export type Test = (text: string) => boolean;

/**
 * A test equivalent to `^(?:source)$` in RE2, or undefined when the pattern has more to it than literals, alternatives,
 * groups, and `.*` or `.+` between literals.
 */
export function shapeOf(source: string): Test | undefined {
  const reader = new Reader(source);
  const alternatives = reader.alternatives(0);
  if (alternatives === undefined || !reader.done()) return undefined;
  const words = new Set<string>();
  const globs: Test[] = [];
  for (const parts of alternatives) {
    if (parts.every((part) => typeof part === 'string')) {
      words.add(parts.join(''));
      continue;
    }
    const glob = globTest(parts);
    if (glob === undefined || globs.length === MAX_GLOBS) return undefined;
    globs.push(glob);
  }
  if (globs.length === 0) {
    const [only] = words;
    return words.size === 1 ? (text) => text === only : (text) => words.has(text);
  }
  if (globs.length === 1 && words.size === 0) return globs[0];
  return (text) => words.has(text) || globs.some((glob) => glob(text));
}

/** How texts begin that match one alternative of a pattern. */
export interface Beginning {
  readonly text: string;
  /** Whether nothing may follow. */
  readonly whole: boolean;
}

/**
 * A matching text begins as one of these, as far as that can be told without an engine; one that is empty and not whole
 * says nothing. The pattern may have anchors around it, as those of deprecated maps do.
 */
export function beginningsOf(source: string): readonly Beginning[] {
  const bare = source.startsWith('^(?:') && source.endsWith(')$') ? source.slice(4, -2) : source;
  const reader = new Reader(bare);
  const alternatives = reader.alternatives(0);
  if (alternatives === undefined || !reader.done()) return [{ text: requiredPrefix(bare), whole: false }];
  return alternatives.map((parts) => {
    const [first] = parts;
    const whole = parts.every((part) => typeof part === 'string');
    return { text: typeof first === 'string' ? first : '', whole };
  });
}

/**
 * A text with which every match begins, as far as that can be told without an engine; often empty. It serves to refuse
 * most texts cheaply.
 */
export function requiredPrefix(source: string): string {
  if (source.includes('\\Q') || hasTopAlternative(source)) return '';
  let prefix = '';
  let at = source.startsWith('^') ? 1 : 0;
  while (at < source.length) {
    const literal = literalAt(source, at);
    if (literal === undefined) break;
    const after = source[at + literal.width];
    // A quantifier makes the character optional, or repeats it: either way it ends what is certain.
    if (after === '*' || after === '?' || after === '{') break;
    // So does one that follows flags: in `ab(?i)?` it belongs to the b.
    if (after === '(' && source[at + literal.width + 1] === '?') break;
    prefix += literal.text;
    at += literal.width;
    if (after === '+') break;
  }
  return prefix;
}

const STAR = 0;
const PLUS = 1;

/** Literal text, or any text without a line break (`.*`), or the same but not empty (`.+`). */
type Part = string | typeof STAR | typeof PLUS;

/** Cross products of groups grow fast; beyond this number of pieces the pattern is RE2's. */
const MAX_WORK = 1 << 18;
const MAX_GLOBS = 32;
/** Searching costs, at worst, the product of both lengths. */
const MAX_SEARCHED = 256;
const MAX_DEPTH = 8;

/** Reads the pattern as far as it is simple; every method answers undefined as soon as it is not. */
class Reader {
  readonly #source: string;
  #at = 0;
  #work = 0;

  constructor(source: string) {
    this.#source = source;
  }

  done(): boolean {
    return this.#at === this.#source.length;
  }

  /** Up to the end or the parenthesis that closes the group. */
  alternatives(depth: number): Part[][] | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const all: Part[][] = [];
    for (;;) {
      const some = this.#sequence(depth);
      if (some === undefined) return undefined;
      for (const one of some) all.push(one);
      if (this.#source[this.#at] !== '|') return all;
      this.#at++;
    }
  }

  #sequence(depth: number): Part[][] | undefined {
    let sequences: Part[][] = [[]];
    if (depth === 0 && this.#source[this.#at] === '^') this.#at++;
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at];
      if (char === '|' || char === ')') break;
      if (char === '$' && depth === 0 && this.#endsAlternative(this.#at + 1)) {
        this.#at++;
        break;
      }
      const next = this.#piece(depth);
      if (next === undefined) return undefined;
      this.#work += sequences.length * next.length;
      if (this.#work > MAX_WORK) return undefined;
      sequences = next.length === 1 ? sequences : sequences.flatMap((one) => next.map(() => [...one]));
      for (const [i, one] of sequences.entries()) {
        for (const part of next[i % next.length]!) if (!append(one, part)) return undefined;
      }
    }
    return sequences;
  }

  /** A literal run, `.*`, `.+` or a group: the alternatives that it stands for. */
  #piece(depth: number): Part[][] | undefined {
    const char = this.#source[this.#at];
    if (char === '.') return this.#wildcard();
    if (char === '(') return this.#group(depth);
    let text = '';
    for (;;) {
      const literal = literalAt(this.#source, this.#at);
      if (literal === undefined) break;
      text += literal.text;
      this.#at += literal.width;
      if (this.#quantified()) return undefined;
    }
    return text === '' ? undefined : [[text]];
  }

  #wildcard(): Part[][] | undefined {
    const sign = this.#source[this.#at + 1];
    if (sign !== '*' && sign !== '+') return undefined;
    this.#at += 2;
    // Laziness decides where a match ends, never whether there is one.
    if (this.#source[this.#at] === '?') this.#at++;
    return this.#quantified() ? undefined : [[sign === '*' ? STAR : PLUS]];
  }

  #group(depth: number): Part[][] | undefined {
    this.#at++;
    if (this.#source[this.#at] === '?') {
      if (this.#source[this.#at + 1] !== ':') return undefined;
      this.#at += 2;
    }
    const inner = this.alternatives(depth + 1);
    if (inner === undefined || this.#source[this.#at] !== ')') return undefined;
    this.#at++;
    return this.#quantified() ? undefined : inner;
  }

  #quantified(): boolean {
    const char = this.#source[this.#at];
    return char === '*' || char === '+' || char === '?' || char === '{';
  }

  #endsAlternative(at: number): boolean {
    return at === this.#source.length || this.#source[at] === '|';
  }
}

/** Adds to a sequence, joining literals; false for two `.+` in a row, which ask for two characters. */
function append(parts: Part[], part: Part): boolean {
  const last = parts.at(-1);
  if (typeof last === 'string' && typeof part === 'string') {
    parts[parts.length - 1] = last + part;
  } else if (typeof last === 'number' && typeof part === 'number') {
    if (last === PLUS && part === PLUS) return false;
    parts[parts.length - 1] = last === PLUS || part === PLUS ? PLUS : STAR;
  } else {
    parts.push(part);
  }
  return true;
}

/** Literals with wildcards between them: the first and last are anchored, the others are searched from left to right. */
function globTest(parts: readonly Part[]): Test | undefined {
  for (const part of parts) {
    if (typeof part === 'string' && (part.includes('\n') || part.length > MAX_SEARCHED)) return undefined;
  }
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const prefix = typeof first === 'string' ? first : '';
  const suffix = typeof last === 'string' ? last : '';
  const middle = parts.slice(prefix === '' ? 0 : 1, suffix === '' ? parts.length : -1);
  const least = middle.filter((part) => part === PLUS).length;
  return (text) => {
    if (text.length < prefix.length + suffix.length + least) return false;
    if (!text.startsWith(prefix) || !text.endsWith(suffix) || text.includes('\n')) return false;
    const end = text.length - suffix.length;
    let at = prefix.length;
    for (const part of middle) {
      if (part === PLUS) at++;
      else if (part !== STAR) {
        const found = text.indexOf(part, at);
        if (found < 0) return false;
        at = found + part.length;
      }
      if (at > end) return false;
    }
    return true;
  };
}

const META = '\\.+*?()|[]{}^$';

/** The literal character at that place, written as it is or after a backslash. */
function literalAt(source: string, at: number): { text: string; width: number } | undefined {
  const code = source.codePointAt(at);
  if (code === undefined) return undefined;
  const text = String.fromCodePoint(code);
  if (!META.includes(text)) return { text, width: text.length };
  if (text !== '\\') return undefined;
  const escaped = source[at + 1];
  // RE2 takes a backslash before any ASCII character but letters and digits for that character.
  if (escaped === undefined || escaped >= '\x80' || /[0-9A-Za-z]/.test(escaped)) return undefined;
  return { text: escaped, width: 2 };
}

/** Whether a `|` may stand outside of groups and classes; true when in doubt, as with a group that is not opened here. */
function hasTopAlternative(source: string): boolean {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (char === '(') depth++;
    else if (char === ')' && --depth < 0) return true;
    else if (char === '|' && depth === 0) return true;
    else if (char === '[') {
      if (source[i + 1] === '^') i++;
      // A bracket that comes first in a class is a member of it.
      if (source[i + 1] === ']') i++;
      for (i++; i < source.length && source[i] !== ']'; i++) {
        if (source[i] === '[') return true;
        if (source[i] === '\\') i++;
      }
    }
  }
  return false;
}
