// Parses pipelines: commands, their operands, and the variables they declare. Apart from the statements because nothing
// here knows what an `if` is.

import type { Cursor } from './cursor.ts';
import type { Token, TokenKind } from './lex.ts';
import { type CommandNode, type Operand, type PipeNode, show } from './node.ts';
import { parseNumber } from './number.ts';
import { quote } from './quote.ts';

const OPERANDS: ReadonlySet<TokenKind> = new Set([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

export class PipelineParser {
  /** The variables that may be used, with their dollar signs. */
  variables: string[] = ['$'];
  private readonly cursor: Cursor;
  private readonly hasFunction: (name: string) => boolean;

  constructor(cursor: Cursor, hasFunction: (name: string) => boolean) {
    this.cursor = cursor;
    this.hasFunction = hasFunction;
  }

  /** A pipeline up to the token that ends it, which is consumed. `context` names the construct in errors. */
  parse(context: string, end: TokenKind): PipeNode {
    const { pos } = this.cursor.peekNonSpace();
    const { variables, assigns } = this.declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.cursor.nextNonSpace();
      if (token.kind === end) break;
      if (!OPERANDS.has(token.kind)) this.cursor.unexpected(token, context);
      this.cursor.back();
      commands.push(this.command());
    }
    if (commands.length === 0) this.cursor.fail(`missing value for ${context}`);
    for (let i = 1; i < commands.length; i++) {
      const { kind } = commands[i]!.args[0]!;
      if (kind === 'bool' || kind === 'dot' || kind === 'nil' || kind === 'number' || kind === 'string') {
        this.cursor.fail(`non executable command in pipeline stage ${i + 1}`);
      }
    }
    return { kind: 'pipe', source: this.cursor.source, pos, variables, assigns, commands };
  }

  /** `$x :=`, `$x =` or, in a range, `$i, $x :=`. */
  private declarations(context: string): { readonly variables: readonly string[]; readonly assigns: boolean } {
    const variables: string[] = [];
    while (this.cursor.peekNonSpace().kind === 'variable') {
      const start = this.cursor.mark();
      const { value } = this.cursor.next();
      const token = this.cursor.peekNonSpace();
      if (token.kind === 'assign' || token.kind === 'declare') {
        this.cursor.next();
        variables.push(value);
        this.variables.push(value);
        return { variables, assigns: token.kind === 'assign' };
      }
      if (token.kind !== 'char' || token.value !== ',') {
        this.cursor.reset(start);
        break;
      }
      this.cursor.next();
      variables.push(value);
      this.variables.push(value);
      if (context !== 'range' || variables.length >= 2) this.cursor.fail(`too many declarations in ${context}`);
      const { kind } = this.cursor.peekNonSpace();
      if (kind !== 'variable' && kind !== 'rightDelim' && kind !== 'rightParen') {
        this.cursor.fail('range can only initialize variables');
      }
    }
    return { variables, assigns: false };
  }

  private command(): CommandNode {
    const { pos } = this.cursor.peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      this.cursor.skipSpace();
      const operand = this.operand();
      if (operand !== undefined) args.push(operand);
      const token = this.cursor.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'rightDelim' || token.kind === 'rightParen') this.cursor.back();
      else if (token.kind !== 'pipe') this.cursor.unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.cursor.fail('empty command');
    return { kind: 'command', source: this.cursor.source, pos, args };
  }

  /** A term and the fields that follow it without a blank. */
  private operand(): Operand | undefined {
    const term = this.term();
    if (term === undefined || this.cursor.peek().kind !== 'field') return term;
    const { pos } = this.cursor.peek();
    const fields: string[] = [];
    while (this.cursor.peek().kind === 'field') fields.push(this.cursor.next().value.slice(1));
    switch (term.kind) {
      case 'field':
        return { ...term, pos, names: [...term.names, ...fields] };
      case 'variable':
        return { ...term, pos, fields };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.cursor.fail(`unexpected . after term ${quote(show(term))}`);
      default:
        return { kind: 'chain', source: this.cursor.source, pos, node: term, fields };
    }
  }

  private term(): Operand | undefined {
    const token = this.cursor.nextNonSpace();
    const { source } = this.cursor;
    const { pos, value } = token;
    switch (token.kind) {
      case 'identifier':
        if (!this.hasFunction(value)) this.cursor.fail(`function ${quote(value)} not defined`);
        return { kind: 'identifier', source, pos, name: value };
      case 'dot':
      case 'nil':
        return { kind: token.kind, source, pos };
      case 'variable':
        if (!this.variables.includes(value)) this.cursor.fail(`undefined variable ${quote(value)}`);
        return { kind: 'variable', source, pos, name: value, fields: [] };
      case 'field':
        return { kind: 'field', source, pos, names: [value.slice(1)] };
      case 'bool':
        return { kind: 'bool', source, pos, value: value === 'true' };
      case 'charConstant':
        return this.number(token, 'char');
      case 'complex':
      case 'number':
        return this.number(token, token.kind);
      case 'leftParen':
        return this.cursor.nested(() => this.parse('parenthesized pipeline', 'rightParen'));
      case 'string':
      case 'rawString':
        return { kind: 'string', source, pos, quoted: value, text: this.cursor.unquote(token) };
      default:
        this.cursor.back();
        return undefined;
    }
  }

  private number(token: Token, form: 'number' | 'complex' | 'char'): Operand {
    try {
      const value = parseNumber(token.value, form);
      return { kind: 'number', source: this.cursor.source, pos: token.pos, text: token.value, ...value };
    } catch (error) {
      return this.cursor.fail(error instanceof Error ? error.message : String(error));
    }
  }
}
