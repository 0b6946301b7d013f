// Cuts a template into tokens: text, delimiters with their trim markers, and what stands in an action. Apart from the
// parser because white space and comments are settled here.

import { lengthTrimmed } from '../value/bytes.ts';
import { isPrint, quote } from './quote.ts';
import type { Source } from './source.ts';

export type TokenKind =
  | 'error'
  | 'eof'
  | 'text'
  | 'leftDelim'
  | 'rightDelim'
  | 'space'
  | 'pipe'
  | 'assign'
  | 'declare'
  | 'char'
  | 'leftParen'
  | 'rightParen'
  | 'bool'
  | 'charConstant'
  | 'complex'
  | 'number'
  | 'dot'
  | 'field'
  | 'identifier'
  | 'variable'
  | 'string'
  | 'rawString'
  | 'nil'
  /** `if`, `range` and so on: the value tells which. */
  | 'keyword';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of an error the message. */
  readonly value: string;
  readonly pos: number;
  /** The line where it starts, from 1. */
  readonly line: number;
}

/** The token as Go's messages show it. */
export function showToken(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'error') return token.value;
  if (token.kind === 'keyword' || token.kind === 'nil' || token.kind === 'dot') return `<${token.value}>`;
  const chars = [...token.value];
  return chars.length > 10 ? `${quote(chars.slice(0, 10).join(''))}...` : quote(token.value);
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

const SPACE = /[ \t\r\n]/;
const LEADING_SPACE = /^[ \t\r\n]+/;
const WORD = /^[\p{L}\p{Nd}_]+/u;
const TERMINATOR = /^(?:[ \t\r\n.,|:()]|\}\}|$)/;
const NUMBER =
  /^[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/;
const ALPHANUMERIC = /^[\p{L}\p{Nd}_]/u;

/** `%#U` of the character there, as messages name it. */
function nameChar(text: string): string {
  if (text === '') return 'U+FFFFFFFFFFFFFFFF';
  const code = text.codePointAt(0)!;
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(code) ? `${hex} '${String.fromCodePoint(code)}'` : hex;
}

class Lexer {
  readonly tokens: Token[] = [];
  private readonly text: string;
  private pos = 0;
  private line = 1;
  private parens = 0;

  constructor(text: string) {
    this.text = text;
  }

  run(): void {
    while (this.lexText()) {
      if (!this.lexAction()) return;
    }
  }

  /** Moves on, counting lines. */
  private advance(length: number): string {
    const value = this.text.slice(this.pos, this.pos + length);
    this.pos += length;
    for (let i = value.indexOf('\n'); i >= 0; i = value.indexOf('\n', i + 1)) this.line++;
    return value;
  }

  private emit(kind: TokenKind, length: number): true {
    const { pos, line } = this;
    this.tokens.push({ kind, value: this.advance(length), pos, line });
    return true;
  }

  private fail(message: string): false {
    this.tokens.push({ kind: 'error', value: message, pos: this.pos, line: this.line });
    return false;
  }

  private rest(): string {
    return this.text.slice(this.pos);
  }

  /** Text up to the next action, of which the delimiter is consumed; comments are skipped. False at the end. */
  private lexText(): boolean {
    for (;;) {
      const start = this.text.indexOf('{{', this.pos);
      const end = start < 0 ? this.text.length : start;
      const trim = start >= 0 && this.text.charAt(start + 2) === '-' && SPACE.test(this.text.charAt(start + 3));
      const raw = this.text.slice(this.pos, end);
      const kept = trim ? lengthTrimmed(raw, ' \t\r\n') : raw.length;
      if (kept > 0) this.emit('text', kept);
      this.advance(raw.length - kept);
      if (start < 0) {
        this.emit('eof', 0);
        return false;
      }
      const inner = start + (trim ? 4 : 2);
      if (!this.text.startsWith('/*', inner)) {
        this.emit('leftDelim', 2);
        this.advance(inner - this.pos);
        this.parens = 0;
        return true;
      }
      if (!this.lexComment(inner)) return false;
    }
  }

  private lexComment(from: number): boolean {
    this.advance(from - this.pos);
    const close = this.text.indexOf('*/', from + 2);
    if (close < 0) return this.fail('unclosed comment');
    const after = close + 2;
    const trim = SPACE.test(this.text.charAt(after)) && this.text.startsWith('-}}', after + 1);
    if (!trim && !this.text.startsWith('}}', after)) return this.fail('comment ends before closing delimiter');
    this.advance(after + (trim ? 4 : 2) - this.pos);
    if (trim) this.skipSpace();
    return true;
  }

  private skipSpace(): void {
    this.advance(LEADING_SPACE.exec(this.rest())?.[0].length ?? 0);
  }

  /** The tokens of an action, its right delimiter included. False after an error. */
  private lexAction(): boolean {
    for (;;) {
      const trim = SPACE.test(this.text.charAt(this.pos)) && this.text.startsWith('-}}', this.pos + 1);
      if (trim || this.text.startsWith('}}', this.pos)) {
        if (this.parens > 0) return this.fail('unclosed left paren');
        if (trim) this.advance(2);
        this.emit('rightDelim', 2);
        if (trim) this.skipSpace();
        return true;
      }
      if (!this.lexInside()) return false;
    }
  }

  private lexInside(): boolean {
    const char = this.text.charAt(this.pos);
    if (char === '') return this.fail('unclosed action');
    if (SPACE.test(char)) return this.lexSpace();
    switch (char) {
      case '=':
        return this.emit('assign', 1);
      case ':':
        return this.text.charAt(this.pos + 1) === '=' ? this.emit('declare', 2) : this.fail('expected :=');
      case '|':
        return this.emit('pipe', 1);
      case '"':
        return this.lexQuoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.lexQuoted("'", 'charConstant', 'unterminated character constant');
      case '`': {
        const close = this.text.indexOf('`', this.pos + 1);
        return close < 0 ? this.fail('unterminated raw quoted string') : this.emit('rawString', close + 1 - this.pos);
      }
      case '$':
        return this.lexName('variable');
      case '(':
        this.parens++;
        return this.emit('leftParen', 1);
      case ')':
        this.parens--;
        return this.parens >= 0 ? this.emit('rightParen', 1) : this.fail('unexpected right paren');
      default:
        return this.lexOther(char);
    }
  }

  private lexOther(char: string): boolean {
    const next = this.text.charAt(this.pos + 1);
    // At the very end of the text Go takes a dot for a number.
    if (char === '.' && next !== '' && (next < '0' || next > '9')) return this.lexName('field');
    if (char === '.' || char === '+' || char === '-' || (char >= '0' && char <= '9')) return this.lexNumber();
    const rest = this.text.slice(this.pos, this.pos + 2);
    if (ALPHANUMERIC.test(rest)) return this.lexWord();
    if (char > ' ' && char < '\x7f') return this.emit('char', 1);
    return this.fail(`unrecognized character in action: ${nameChar(rest)}`);
  }

  /** White space; the last blank before a trimming delimiter belongs to that. */
  private lexSpace(): true {
    let length = LEADING_SPACE.exec(this.rest())![0].length;
    if (this.text.startsWith('-}}', this.pos + length)) length--;
    return length === 0 || this.emit('space', length);
  }

  private lexQuoted(mark: string, kind: TokenKind, unterminated: string): boolean {
    for (let i = this.pos + 1; i < this.text.length; i++) {
      let char = this.text.charAt(i);
      if (char === mark) return this.emit(kind, i + 1 - this.pos);
      if (char === '\\') char = this.text.charAt(++i);
      if (char === '' || char === '\n') break;
    }
    return this.fail(unterminated);
  }

  private atTerminator(pos: number): boolean {
    return TERMINATOR.test(this.text.slice(pos, pos + 2));
  }

  /** `.`, `.Field`, `$` or `$variable`. */
  private lexName(kind: 'field' | 'variable'): boolean {
    if (this.atTerminator(this.pos + 1)) return this.emit(kind === 'field' ? 'dot' : 'variable', 1);
    const length = 1 + (WORD.exec(this.text.slice(this.pos + 1))?.[0].length ?? 0);
    if (!this.atTerminator(this.pos + length)) return this.failAt(length);
    return this.emit(kind, length);
  }

  private failAt(length: number): false {
    return this.fail(`bad character ${nameChar(this.text.slice(this.pos + length, this.pos + length + 2))}`);
  }

  private lexWord(): boolean {
    const word = WORD.exec(this.rest())![0];
    if (!this.atTerminator(this.pos + word.length)) return this.failAt(word.length);
    if (KEYWORDS.has(word)) return this.emit('keyword', word.length);
    if (word === 'nil') return this.emit('nil', word.length);
    return this.emit(word === 'true' || word === 'false' ? 'bool' : 'identifier', word.length);
  }

  private lexNumber(): boolean {
    const first = NUMBER.exec(this.rest())![0];
    const bad = (length: number): false => {
      const next = this.text.slice(this.pos + length, this.pos + length + 2);
      const more = ALPHANUMERIC.exec(next)?.[0].length ?? 0;
      return this.fail(`bad number syntax: ${quote(this.text.slice(this.pos, this.pos + length + more))}`);
    };
    const after = this.text.slice(this.pos + first.length);
    if (ALPHANUMERIC.test(after)) return bad(first.length);
    if (!after.startsWith('+') && !after.startsWith('-')) return this.emit('number', first.length);
    const length = first.length + NUMBER.exec(after)![0].length;
    if (ALPHANUMERIC.test(this.text.slice(this.pos + length)) || this.text.charAt(this.pos + length - 1) !== 'i') {
      return bad(length);
    }
    return this.emit('complex', length);
  }
}

/** All tokens, the last of which is `eof` or `error`. */
export function lex(source: Source): readonly Token[] {
  const lexer = new Lexer(source.text);
  lexer.run();
  return lexer.tokens;
}
