// The parser's place among the tokens, and the errors it makes there: Go reports the line of the furthest token read.

import { lex, showToken, type Token, type TokenKind } from './lex.ts';
import { InvalidSyntax, unquote } from './quote.ts';
import type { Source } from './source.ts';

/** The text is no template. The message is Go's; `pos` is where the trouble was noticed. */
export class ParseError extends Error {
  readonly pos: number;

  constructor(message: string, pos: number) {
    super(message);
    this.pos = pos;
  }
}

/** How deep actions and parentheses may nest: far beyond what people write, and within the stack. */
const MAX_NESTING = 500;

export class Cursor {
  readonly source: Source;
  /** The line of the action that is being read, or 0. */
  actionLine = 0;
  private readonly tokens: readonly Token[];
  private at = 0;
  private furthest = 0;
  private nesting = 0;

  constructor(source: Source) {
    this.source = source;
    this.tokens = lex(source);
  }

  private token(index: number): Token {
    const last = Math.min(index, this.tokens.length - 1);
    if (last > this.furthest) this.furthest = last;
    return this.tokens[last]!;
  }

  peek(): Token {
    return this.token(this.at);
  }

  next(): Token {
    const token = this.token(this.at);
    this.at++;
    return token;
  }

  skipSpace(): void {
    while (this.token(this.at).kind === 'space') this.at++;
  }

  peekNonSpace(): Token {
    this.skipSpace();
    return this.peek();
  }

  nextNonSpace(): Token {
    this.skipSpace();
    return this.next();
  }

  /** Takes back the last token. */
  back(): void {
    this.at--;
  }

  mark(): number {
    return this.at;
  }

  reset(mark: number): void {
    this.at = mark;
  }

  /** The token that was read last. */
  last(): Token {
    return this.tokens[this.at - 1]!;
  }

  fail(message: string, token: Token = this.tokens[this.furthest]!): never {
    throw new ParseError(`template: ${this.source.name}:${token.line}: ${message}`, token.pos);
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') this.fail(`unexpected ${showToken(token)} in ${context}`);
    let where = '';
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      where = ` in action started at ${this.source.name}:${this.actionLine}`;
      if (token.value.endsWith(' action')) where = where.slice(' in action'.length);
    }
    return this.fail(token.value + where);
  }

  expect(kind: TokenKind, context: string): Token {
    const token = this.nextNonSpace();
    return token.kind === kind ? token : this.unexpected(token, context);
  }

  /** The text of a string token. */
  unquote(token: Token): string {
    try {
      return unquote(token.value);
    } catch (error) {
      if (error instanceof InvalidSyntax) return this.fail(error.message);
      throw error;
    }
  }

  /** Runs a part of the parser one level deeper. */
  nested<T>(parse: () => T): T {
    if (++this.nesting > MAX_NESTING) this.fail(`nested more than ${MAX_NESTING} levels deep`);
    const result = parse();
    this.nesting--;
    return result;
  }
}
