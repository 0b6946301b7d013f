// The UTF-8 matcher syntax, in which names may be any text and quotes are Go's: `{"größe"="10 cm", foo=~"a|b"}`. The
// grammar, the positions and the error texts are those of Alertmanager's matcher/parse; positions count code points.

import { isSpace, unquote } from './gostring.ts';
import { isReserved, type Matcher, MatcherError, type MatchType, newMatcher } from './matcher.ts';

/** Any number of matchers, separated by commas, with or without braces around them. Throws a `MatcherError`. */
export function parseUtf8Matchers(text: string): Matcher[] {
  const lexer = new Lexer(text);
  const matchers: Matcher[] = [];
  const braced = lexer.peek().kind === '{';
  if (braced) lexer.take();
  let next = lexer.peek();
  while (next.kind !== '}' && next.kind !== 'end') {
    matchers.push(parseOne(lexer));
    next = expect(lexer, [',', '}', 'end'], 'expected a comma or close brace');
    if (next.kind !== ',') break;
    lexer.take();
    next = expect(lexer, ['}', 'text', 'quoted', 'end'], 'expected a matcher or close brace after comma');
  }
  parseEnd(lexer, braced);
  return matchers;
}

/** Exactly one matcher. Throws a `MatcherError`. */
export function parseUtf8Matcher(text: string): Matcher {
  const matchers = parseUtf8Matchers(text);
  if (matchers.length === 1) return matchers[0]!;
  throw new MatcherError(matchers.length === 0 ? 'no matchers' : `expected 1 matcher, found ${matchers.length}`);
}

type Kind = '{' | '}' | ',' | MatchType | 'text' | 'quoted' | 'end';

/** A piece of the input and the columns between which it stands. */
interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function parseOne(lexer: Lexer): Matcher {
  const name = parseText(lexer, 'expected label name');
  const sign = expect(lexer, OPERATORS, "expected an operator such as '=', '!=', '=~' or '!~'");
  lexer.take();
  const value = parseText(lexer, 'expected label value');
  try {
    return newMatcher(name, isOperator(sign.kind) ? sign.kind : '=', value);
  } catch (error) {
    if (error instanceof MatcherError) throw new MatcherError(`failed to create matcher: ${error.message}`);
    throw error;
  }
}

const OPERATORS: readonly MatchType[] = ['=', '!=', '=~', '!~'];

function isOperator(kind: Kind): kind is MatchType {
  return kind === '=' || kind === '!=' || kind === '=~' || kind === '!~';
}

function parseText(lexer: Lexer, purpose: string): string {
  const token = expect(lexer, ['text', 'quoted'], purpose);
  lexer.take();
  if (token.kind === 'text') return token.text;
  const text = unquote(token.text);
  if (text === undefined) throw new MatcherError(`${place(token)}: ${token.text}: invalid input`);
  return text;
}

function parseEnd(lexer: Lexer, braced: boolean): void {
  if (lexer.peek().kind === '}') {
    lexer.take();
    if (!braced) throw new MatcherError(`0:${lexer.column}: }: expected opening brace`);
  } else if (braced) {
    throw new MatcherError(`0:${lexer.column}: end of input: expected close brace`);
  }
  const rest = labelled(lexer, 'expected end of input');
  if (rest.kind !== 'end') throw new MatcherError(`${place(rest)}: ${rest.text}: expected end of input`);
}

/** The next token, not taken, when it is one of those kinds. */
function expect(lexer: Lexer, kinds: readonly Kind[], purpose: string): Token {
  const token = labelled(lexer, purpose);
  if (kinds.includes(token.kind)) return token;
  const found = token.kind === 'end' ? 'end of input' : `${place(token)}: unexpected ${token.text}`;
  throw new MatcherError(`${found}: ${purpose}`);
}

/** The next token; when there is none because the text is bad, the error says what was wanted. */
function labelled(lexer: Lexer, purpose: string): Token {
  try {
    return lexer.peek();
  } catch (error) {
    if (error instanceof MatcherError) throw new MatcherError(`${error.message}: ${purpose}`);
    throw error;
  }
}

function place(token: Token): string {
  return `${token.from}:${token.to}`;
}

/** Cuts the text into tokens, one at a time: an error must not hide a complaint about an earlier token. */
class Lexer {
  readonly #input: string;
  /** Where the next character is, in UTF-16 units and in code points. */
  #at = 0;
  #cols = 0;
  #peeked: Token | undefined;
  /** The column after the last token that was taken. */
  column = 0;

  constructor(input: string) {
    this.#input = input;
  }

  peek(): Token {
    this.#peeked ??= this.#scan();
    return this.#peeked;
  }

  take(): void {
    this.column = this.peek().to;
    this.#peeked = undefined;
  }

  #scan(): Token {
    while (this.#at < this.#input.length && isSpace(this.#code())) this.#advance();
    const start = this.#at;
    const from = this.#cols;
    if (start >= this.#input.length) return { kind: 'end', text: '', from, to: from };
    const kind = this.#kind(start, from);
    return { kind, text: this.#input.slice(start, this.#at), from, to: this.#cols };
  }

  /** Moves past the token and says what it is. */
  #kind(start: number, from: number): Kind {
    const char = this.#input[start]!;
    switch (char) {
      case '{':
      case '}':
      case ',':
        this.#advance();
        return char;
      case '=':
        this.#advance();
        return this.#accept('~') ? '=~' : '=';
      case '!':
        this.#advance();
        if (this.#accept('=')) return '!=';
        if (this.#accept('~')) return '!~';
        if (this.#at >= this.#input.length) {
          throw new MatcherError(`${from}:${this.#cols}: unexpected end of input, expected one of '=~'`);
        }
        throw new MatcherError(`${from}:${this.#cols}: !: expected one of '=~'`);
      case '"':
        this.#quoted(start, from);
        return 'quoted';
      default:
        if (isReserved(this.#code())) {
          this.#advance();
          throw new MatcherError(`${from}:${this.#cols}: ${char}: invalid input`);
        }
        while (this.#at < this.#input.length && !isReserved(this.#code())) this.#advance();
        return 'text';
    }
  }

  #quoted(start: number, from: number): void {
    this.#advance();
    while (this.#at < this.#input.length) {
      const char = this.#input[this.#at];
      this.#advance();
      if (char === '"') return;
      if (char === '\\' && this.#at < this.#input.length) this.#advance();
    }
    throw new MatcherError(`${from}:${this.#cols}: ${this.#input.slice(start)}: missing end "`);
  }

  #accept(char: string): boolean {
    if (this.#input[this.#at] !== char) return false;
    this.#advance();
    return true;
  }

  #code(): number {
    return this.#input.codePointAt(this.#at)!;
  }

  #advance(): void {
    this.#at += this.#code() > 0xffff ? 2 : 1;
    this.#cols++;
  }
}
