// What YAML 1.1 lets people write and YAML 1.2, which the library reads, does not: lines inside brackets and quotes, and the
// sign of a text block, that are not indented more than their key; a dash alone as a text in brackets.

export interface Reindented {
  readonly text: string;
  /** Where a place in the new text is in the old one. */
  original(at: number): number;
}

/**
 * The text with blanks and quotes inserted where YAML 1.2 wants them, which changes no value; `undefined` when there is
 * nothing to insert. Finds its way without understanding mistakes: only for texts that are refused otherwise.
 */
export function reindent(text: string): Reindented | undefined {
  const insertions = new Scanner(text).scan();
  if (insertions.length === 0) return undefined;
  let indented = '';
  let from = 0;
  for (const { at, inserted } of insertions) {
    indented += text.slice(from, at) + inserted;
    from = at;
  }
  return { text: indented + text.slice(from), original: backMover(insertions) };
}

interface Insertion {
  readonly at: number;
  readonly inserted: string;
}

/** Maps places in the new text to the old one; takes time in the logarithm of the insertions. */
function backMover(insertions: readonly Insertion[]): (at: number) => number {
  const places: { readonly start: number; readonly before: number; readonly length: number }[] = [];
  let before = 0;
  for (const { at, inserted } of insertions) {
    places.push({ start: at + before, before, length: inserted.length });
    before += inserted.length;
  }
  return (at) => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]!.start < at) low = middle + 1;
      else high = middle;
    }
    const last = places[low - 1];
    return last === undefined ? at : at - last.before - Math.min(last.length, at - last.start);
  };
}

class Scanner {
  readonly #text: string;
  readonly #insertions: Insertion[] = [];
  #at = 0;
  #lineStart = 0;
  /** The column of the innermost key or dash on the last line that had one, -1 before there was one. */
  #column = -1;
  /** Whether the last line ended in a text without quotes, which more indented lines continue. */
  #inPlain = false;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): readonly Insertion[] {
    while (this.#at < this.#text.length) this.#line();
    return this.#insertions;
  }

  #line(): void {
    this.#lineStart = this.#at;
    this.#skipBlanks();
    const indent = this.#at - this.#lineStart;
    const sign = this.#sign();
    const skipped = sign === '#' || sign === '\n' || sign === '' || (indent === 0 && sign === '%');
    if (skipped || (this.#inPlain && indent > this.#column)) {
      this.#skipLine();
      return;
    }
    this.#inPlain = false;
    if (indent === 0 && this.#isMarker()) this.#at += 3;
    while (this.#at < this.#text.length && this.#part()) this.#skipBlanks();
    this.#skipLine();
  }

  /** Passes one part of a line; false when the rest of the line does not matter. */
  #part(): boolean {
    this.#skipBlanks();
    const start = this.#at;
    const column = start - this.#lineStart;
    const sign = this.#sign();
    if (sign === '' || sign === '\n' || sign === '#') return false;
    if ('-?:'.includes(sign) && this.#isBlankAt(start + 1)) {
      this.#at++;
      if (sign !== ':') this.#column = column;
      return true;
    }
    if (sign === '&' || sign === '!' || sign === '*') {
      while (!this.#isBlankAt(this.#at)) this.#at++;
      return true;
    }
    if (sign === '|' || sign === '>') {
      const first = this.#text.slice(this.#lineStart, start).trim() === '';
      if (first && column === this.#column) this.#insertions.push({ at: start, inserted: ' ' });
      this.#blockText();
      return false;
    }
    if (sign === '"' || sign === "'") this.#quotes(sign, this.#column + 1);
    else if (sign === '[' || sign === '{') this.#brackets(this.#column + 1);
    else if (!this.#plain()) return false;
    return this.#key(column);
  }

  /** Whether a colon makes a key of what was just passed. */
  #key(column: number): boolean {
    this.#skipBlanks();
    if (this.#sign() !== ':' || !this.#isBlankAt(this.#at + 1)) return false;
    this.#at++;
    this.#column = column;
    return true;
  }

  /** Passes a text without quotes up to the colon after it; false when none follows on this line. */
  #plain(): boolean {
    for (; this.#at < this.#text.length; this.#at++) {
      const sign = this.#sign();
      if (sign === ':' && this.#isBlankAt(this.#at + 1)) return true;
      if (sign === '\n') break;
      if (sign === '#' && this.#isBlankAt(this.#at - 1)) return false;
    }
    this.#inPlain = true;
    return false;
  }

  /** Passes the lines of a `|` or `>` text: those that are empty or indented more than its key. */
  #blockText(): void {
    this.#skipLine();
    while (this.#at < this.#text.length) {
      const start = this.#at;
      while (this.#sign() === ' ') this.#at++;
      const indent = this.#at - start;
      const outside = this.#sign() !== '\n' && indent <= this.#column;
      this.#at = start;
      if (outside) break;
      this.#skipLine();
    }
    // The line after it is not part of the one that began it.
    if (this.#at > 0) this.#at--;
  }

  #quotes(quote: string, need: number): void {
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const sign = this.#sign();
      if (sign === '\\' && quote === '"' && this.#text[this.#at + 1] !== '\n') this.#at++;
      else if (sign === '\n') this.#indentNext(need);
      else if (sign === quote) {
        this.#at++;
        if (quote === '"' || this.#sign() !== "'") return;
      }
    }
  }

  #brackets(need: number): void {
    let depth = 0;
    let inWord = false;
    while (this.#at < this.#text.length) {
      const sign = this.#sign();
      if ('[{]},'.includes(sign)) {
        inWord = false;
        if (sign === '[' || sign === '{') depth++;
        if (sign === ']' || sign === '}') depth--;
        this.#at++;
        if (depth === 0) return;
      } else if (!inWord && (sign === '"' || sign === "'")) {
        this.#quotes(sign, need);
      } else if (sign === '#' && this.#isBlankAt(this.#at - 1)) {
        while (this.#sign() !== '\n' && this.#sign() !== '') this.#at++;
      } else {
        if (sign === '\n') this.#indentNext(need);
        else if (sign === ':' && this.#isBlankAt(this.#at + 1)) inWord = false;
        else if (sign === '-' && !inWord && /[\],}]/.test(this.#text[this.#at + 1] ?? '')) this.#quote();
        else if (sign !== ' ' && sign !== '\t' && sign !== '\r') inWord = true;
        this.#at++;
      }
    }
  }

  /** Puts quotes around the sign here. */
  #quote(): void {
    this.#insertions.push({ at: this.#at, inserted: '"' }, { at: this.#at + 1, inserted: '"' });
  }

  /** At the end of a line inside brackets or quotes: notes how many blanks the next one lacks. */
  #indentNext(need: number): void {
    const start = this.#at + 1;
    let end = start;
    while (this.#text[end] === ' ') end++;
    const lacking = need - (end - start);
    if (lacking > 0 && end < this.#text.length && this.#text[end] !== '\n') {
      this.#insertions.push({ at: start, inserted: ' '.repeat(lacking) });
    }
  }

  #isMarker(): boolean {
    return /^(---|\.\.\.)$/.test(this.#text.slice(this.#at, this.#at + 3)) && this.#isBlankAt(this.#at + 3);
  }

  #sign(): string {
    return this.#text[this.#at] ?? '';
  }

  #isBlankAt(at: number): boolean {
    const sign = this.#text[at];
    return sign === undefined || sign === ' ' || sign === '\t' || sign === '\n' || sign === '\r';
  }

  #skipBlanks(): void {
    while (this.#sign() === ' ' || this.#sign() === '\t' || this.#sign() === '\r') this.#at++;
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end + 1;
  }
}
