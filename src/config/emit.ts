// YAML text as gopkg.in/yaml.v2 writes it, byte for byte: where it indents, which quotes it chooses, where it breaks long
// lines. Apart from what is written, which original.ts decides.

/** What is to be written. A scalar's style is what is asked for; what its text allows decides. */
export type Out =
  | { readonly is: 'scalar'; readonly text: string; readonly style: Style }
  | { readonly is: 'list'; readonly flow: boolean; readonly items: readonly Out[] }
  | { readonly is: 'map'; readonly flow: boolean; readonly pairs: readonly (readonly [Out, Out])[] };

export type Style = 'plain' | 'single' | 'double' | 'literal';

/** Lines are broken at the first blank after this column. */
const WIDTH = 80;
const INDENT = 2;
/** Longer keys are written with `?`, in UTF-8 bytes. */
const MAX_SIMPLE_KEY = 128;

/** The document, with a newline at its end. */
export function emitYaml(out: Out): string {
  const emitter = new Emitter();
  emitter.node(out, false, false);
  emitter.newline();
  return emitter.text();
}

class Emitter {
  readonly #parts: string[] = [];
  #column = 0;
  #indent = -1;
  #flowLevel = 0;
  /** Whether the last thing written was white space, or only indentation: what libyaml decides separators by. */
  #whitespace = true;
  #indention = true;

  text(): string {
    return this.#parts.join('');
  }

  /** Goes to the current indentation, on a new line unless this one is still empty up to there. */
  newline(): void {
    const indent = Math.max(this.#indent, 0);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    if (this.#column < indent) this.#putAscii(' '.repeat(indent - this.#column));
    this.#whitespace = true;
    this.#indention = true;
  }

  node(out: Out, inMapping: boolean, simpleKey: boolean): void {
    const before = this.#indent;
    if (out.is === 'scalar') this.#scalar(out.text, out.style, simpleKey);
    else if (out.is === 'list') this.#list(out, inMapping);
    else this.#map(out);
    this.#indent = before;
  }

  #list(out: Extract<Out, { is: 'list' }>, inMapping: boolean): void {
    const flow = this.#flowLevel > 0 || out.flow || out.items.length === 0;
    if (!flow) {
      this.#deepen(false, inMapping && !this.#indention);
      for (const item of out.items) {
        this.newline();
        this.#sign('-', true, false, true);
        this.node(item, false, false);
      }
      return;
    }
    this.#openFlow('[');
    out.items.forEach((item, i) => {
      this.#separateFlow(i);
      this.node(item, false, false);
    });
    this.#closeFlow(']');
  }

  #map(out: Extract<Out, { is: 'map' }>): void {
    const flow = this.#flowLevel > 0 || out.flow || out.pairs.length === 0;
    if (flow) this.#openFlow('{');
    else this.#deepen(false, false);
    out.pairs.forEach(([key, value], i) => {
      if (flow) this.#separateFlow(i);
      else this.newline();
      if (isSimpleKey(key)) {
        this.node(key, true, true);
        this.#sign(':', false, false, false);
      } else {
        this.#sign('?', true, false, true);
        this.node(key, true, false);
        this.newline();
        this.#sign(':', true, false, true);
      }
      this.node(value, true, false);
    });
    if (flow) this.#closeFlow('}');
  }

  #openFlow(sign: string): void {
    this.#sign(sign, true, true, false);
    this.#deepen(true, false);
    this.#flowLevel++;
  }

  #separateFlow(index: number): void {
    if (index > 0) this.#sign(',', false, false, false);
    if (this.#column > WIDTH) this.newline();
  }

  #closeFlow(sign: string): void {
    this.#flowLevel--;
    this.#sign(sign, false, false, false);
  }

  #deepen(flow: boolean, indentless: boolean): void {
    if (this.#indent < 0) this.#indent = flow ? INDENT : 0;
    else if (!indentless) this.#indent += INDENT;
  }

  #scalar(text: string, asked: Style, simpleKey: boolean): void {
    const style = chooseStyle(text, asked, this.#flowLevel > 0, simpleKey);
    this.#deepen(true, false);
    if (style === 'literal') this.#literal(text);
    else if (style === 'plain') this.#plain(text, !simpleKey);
    else this.#quoted(text, style, !simpleKey);
  }

  #plain(text: string, mayBreak: boolean): void {
    if (!this.#whitespace) this.#put(' ');
    this.#words(text, mayBreak, (sign) => sign, false);
    this.#whitespace = false;
    this.#indention = false;
  }

  #quoted(text: string, style: 'single' | 'double', mayBreak: boolean): void {
    const quote = style === 'single' ? "'" : '"';
    this.#sign(quote, true, false, false);
    if (style === 'single') this.#words(text, mayBreak, (sign) => (sign === "'" ? "''" : sign), true);
    else this.#doubleQuoted(text, mayBreak);
    this.#sign(quote, false, false, false);
    this.#whitespace = false;
    this.#indention = false;
  }

  /** Writes text that holds no escapes, breaking it at single blanks; `inside` keeps the first and the last sign in place. */
  #words(text: string, mayBreak: boolean, write: (sign: string) => string, inside: boolean): void {
    if (isWord(text)) {
      this.#putAscii(text);
      this.#indention = false;
      return;
    }
    const signs = [...text];
    let spaces = false;
    let breaks = false;
    signs.forEach((sign, i) => {
      if (sign === ' ') {
        const between = !inside || (i > 0 && i < signs.length - 1);
        if (mayBreak && !spaces && this.#column > WIDTH && between && signs[i + 1] !== ' ') this.newline();
        else this.#put(' ');
        spaces = true;
        return;
      }
      if (isBreak(sign)) {
        if (!breaks && sign === '\n') this.#break();
        this.#break(sign);
        this.#indention = true;
        breaks = true;
        return;
      }
      if (breaks) this.newline();
      this.#put(write(sign));
      this.#indention = false;
      spaces = false;
      breaks = false;
    });
  }

  #doubleQuoted(text: string, mayBreak: boolean): void {
    const signs = [...text];
    let spaces = false;
    signs.forEach((sign, i) => {
      if (sign === ' ' && mayBreak && !spaces && this.#column > WIDTH && i > 0 && i < signs.length - 1) {
        this.newline();
        if (signs[i + 1] === ' ') this.#put('\\');
        spaces = true;
        return;
      }
      for (const written of escaped(sign)) this.#put(written);
      spaces = sign === ' ';
    });
  }

  #literal(text: string): void {
    this.#sign('|', true, false, false);
    const signs = [...text];
    const endsInBreak = (from: number) => signs.length >= from && isBreak(signs[signs.length - from]!);
    if (signs[0] === ' ' || isBreak(signs[0]!)) this.#sign(String(INDENT), false, false, false);
    if (!endsInBreak(1)) this.#sign('-', false, false, false);
    else if (signs.length === 1 || endsInBreak(2)) this.#sign('+', false, false, false);
    this.#break();
    this.#indention = true;
    this.#whitespace = true;
    let breaks = true;
    for (const sign of signs) {
      if (isBreak(sign)) {
        this.#break(sign);
        this.#indention = true;
        breaks = true;
      } else {
        if (breaks) this.newline();
        this.#put(sign);
        this.#indention = false;
        breaks = false;
      }
    }
  }

  #sign(sign: string, needsWhitespace: boolean, isWhitespace: boolean, isIndention: boolean): void {
    if (needsWhitespace && !this.#whitespace) this.#put(' ');
    this.#put(sign);
    this.#whitespace = isWhitespace;
    this.#indention = this.#indention && isIndention;
  }

  #put(text: string): void {
    this.#parts.push(text);
    this.#column += text.length > 1 ? [...text].length : 1;
  }

  #putAscii(text: string): void {
    this.#parts.push(text);
    this.#column += text.length;
  }

  #break(sign = '\n'): void {
    this.#parts.push(sign);
    this.#column = 0;
  }
}

function isSimpleKey(key: Out): boolean {
  if (key.is === 'list') return key.items.length === 0;
  if (key.is === 'map') return key.pairs.length === 0;
  if (isWord(key.text) && key.text.length <= MAX_SIMPLE_KEY) return true;
  return ![...key.text].some(isBreak) && new TextEncoder().encode(key.text).length <= MAX_SIMPLE_KEY;
}

/** Whether the text is one that every style can hold as it is: most are, and those need no look at each sign. */
function isWord(text: string): boolean {
  return /^[A-Za-z0-9_][!"$-&(-+\--9;->@-Z\\^-z|~]*$/.test(text);
}

function isBreak(sign: string): boolean {
  return sign === '\n' || sign === '\r' || sign === '\u0085' || sign === '\u2028' || sign === '\u2029';
}

/** What libyaml takes for printable; what is beyond the basic plane is not among it. */
function isPrintable(sign: string): boolean {
  const code = sign.codePointAt(0)!;
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

function escaped(sign: string): string[] {
  if (isPrintable(sign) && !isBreak(sign) && sign !== '"' && sign !== '\\') return [sign];
  const short = SHORT_ESCAPES.get(sign);
  if (short !== undefined) return ['\\', short];
  const code = sign.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return ['\\', 'x', ...hex.padStart(2, '0')];
  return code <= 0xffff ? ['\\', 'u', ...hex.padStart(4, '0')] : ['\\', 'U', ...hex.padStart(8, '0')];
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\u0085', 'N'],
  ['\u00a0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

interface Allowed {
  readonly blockPlain: boolean;
  readonly flowPlain: boolean;
  readonly single: boolean;
  readonly block: boolean;
  readonly multiline: boolean;
}

function chooseStyle(text: string, asked: Style, inFlow: boolean, simpleKey: boolean): Style {
  const allowed = analyze(text);
  let style = asked;
  if (simpleKey && allowed.multiline) style = 'double';
  if (style === 'plain') {
    if (!(inFlow ? allowed.flowPlain : allowed.blockPlain)) style = 'single';
    if (text === '' && (inFlow || simpleKey)) style = 'single';
  }
  if (style === 'single' && !allowed.single) style = 'double';
  if (style === 'literal' && (!allowed.block || inFlow || simpleKey)) style = 'double';
  return style;
}

/** In which styles a text can be written (libyaml's `yaml_emitter_analyze_scalar`). */
function analyze(text: string): Allowed {
  if (text === '') return { blockPlain: true, flowPlain: false, single: true, block: false, multiline: false };
  if (isWord(text)) return { blockPlain: true, flowPlain: true, single: true, block: true, multiline: false };
  const signs = [...text];
  let blockIndicators = /^(---|\.\.\.)/.test(text);
  let flowIndicators = blockIndicators;
  let multiline = false;
  let special = false;
  let spaceBreak = false;
  let breakSpace = false;
  signs.forEach((sign, i) => {
    const next = signs[i + 1];
    const blankNext = next === undefined || next === ' ' || next === '\t';
    const before = signs[i - 1];
    const blankBefore = before === undefined || before === ' ' || before === '\t' || isBreak(before);
    if (i === 0 && '#,[]{}&*!|>\'"%@`'.includes(sign)) blockIndicators = flowIndicators = true;
    if (i === 0 && sign === '-' && blankNext) blockIndicators = flowIndicators = true;
    if (',?[]{}:'.includes(sign)) flowIndicators = true;
    if ((sign === ':' || (i === 0 && sign === '?')) && blankNext) blockIndicators = true;
    if (sign === '#' && blankBefore) blockIndicators = flowIndicators = true;
    if (!isPrintable(sign)) special = true;
    if (isBreak(sign)) {
      multiline = true;
      if (before === ' ') spaceBreak = true;
    }
    if (sign === ' ' && before !== undefined && isBreak(before)) breakSpace = true;
  });
  const edges = /^[ \n\r\u0085\u2028\u2029]|[ \n\r\u0085\u2028\u2029]$/.test(text);
  const plain = !(edges || breakSpace || spaceBreak || special || multiline);
  return {
    blockPlain: plain && !blockIndicators,
    flowPlain: plain && !flowIndicators,
    single: !(breakSpace || spaceBreak || special),
    block: !(text.endsWith(' ') || spaceBreak || special),
    multiline,
  };
}
