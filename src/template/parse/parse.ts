// Builds the parse trees of a template text and of the templates that it defines. The grammar and the words of the
// errors are those of Go's text/template/parse, `else with` included.

import { Cursor } from './cursor.ts';
import type { Token } from './lex.ts';
import {
  type ActionNode,
  type BranchNode,
  isBlank,
  type JumpNode,
  type ListNode,
  type PipeNode,
  type Statement,
  type TemplateNode,
  type Tree,
} from './node.ts';
import { PipelineParser } from './pipeline.ts';
import { quote } from './quote.ts';
import type { Source } from './source.ts';

/** What ends a list of statements. */
interface Closing {
  readonly kind: 'end' | 'else';
  /** What follows `else` in the same action, if anything. */
  readonly chained: 'if' | 'with' | '';
}

function showClosing(closing: Closing): string {
  return closing.kind === 'end' ? '{{end}}' : '{{else}}';
}

class Parser {
  readonly trees = new Map<string, Tree>();
  private readonly cursor: Cursor;
  private readonly pipelines: PipelineParser;
  /** How many `range`s are around. */
  private ranges = 0;

  constructor(source: Source, hasFunction: (name: string) => boolean) {
    this.cursor = new Cursor(source);
    this.pipelines = new PipelineParser(this.cursor, hasFunction);
  }

  /** The whole text: its own tree and, in `trees`, those it defines. */
  parse(name: string): void {
    const pos = this.cursor.peek().pos;
    const nodes: Statement[] = [];
    while (this.cursor.peek().kind !== 'eof') {
      const start = this.cursor.mark();
      if (this.cursor.peek().kind === 'leftDelim') {
        this.cursor.next();
        const token = this.cursor.nextNonSpace();
        if (token.kind === 'keyword' && token.value === 'define') {
          this.definition();
          continue;
        }
        this.cursor.reset(start);
      }
      const node = this.textOrAction();
      if ('chained' in node) this.cursor.fail(`unexpected ${showClosing(node)}`);
      nodes.push(node);
    }
    this.add({ name, root: { kind: 'list', source: this.cursor.source, pos, nodes } });
  }

  /** A blank template does not replace another; two that are not blank cannot stand in one file. */
  private add(tree: Tree): void {
    const known = this.trees.get(tree.name);
    if (known === undefined || isBlank(known.root)) this.trees.set(tree.name, tree);
    else if (!isBlank(tree.root)) this.cursor.fail(`template: multiple definition of template ${quote(tree.name)}`);
  }

  private definition(): void {
    const context = 'define clause';
    const token = this.cursor.nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'rawString') this.cursor.unexpected(token, context);
    const name = this.cursor.unquote(token);
    this.cursor.expect('rightDelim', context);
    this.body(name, context);
  }

  /**
   * The statements of a definition up to its end: variables and ranges around it do not reach in. `opening` is where
   * Go sees an end of another kind, if not there.
   */
  private body(name: string, context: string, opening?: Token): void {
    const { ranges } = this;
    const { variables } = this.pipelines;
    const { actionLine } = this.cursor;
    this.pipelines.variables = ['$'];
    this.ranges = 0;
    this.cursor.actionLine = 0;
    const { list, closing } = this.cursor.nested(() => this.itemList());
    if (closing.kind !== 'end') this.cursor.fail(`unexpected ${showClosing(closing)} in ${context}`, opening);
    this.add({ name, root: list });
    this.pipelines.variables = variables;
    this.ranges = ranges;
    this.cursor.actionLine = actionLine;
  }

  private itemList(): { readonly list: ListNode; readonly closing: Closing } {
    const pos = this.cursor.peekNonSpace().pos;
    const nodes: Statement[] = [];
    while (this.cursor.peekNonSpace().kind !== 'eof') {
      const node = this.textOrAction();
      if ('chained' in node) return { list: { kind: 'list', source: this.cursor.source, pos, nodes }, closing: node };
      nodes.push(node);
    }
    return this.cursor.fail('unexpected EOF');
  }

  private textOrAction(): Statement | Closing {
    const token = this.cursor.nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', source: this.cursor.source, pos: token.pos, text: token.value };
    if (token.kind !== 'leftDelim') return this.cursor.unexpected(token, 'input');
    this.cursor.actionLine = token.line;
    const node = this.action();
    this.cursor.actionLine = 0;
    return node;
  }

  private action(): Statement | Closing {
    const token = this.cursor.peekNonSpace();
    if (token.kind === 'keyword') {
      this.cursor.next();
      switch (token.value) {
        case 'block':
          return this.block();
        case 'break':
        case 'continue':
          return this.jump(token, token.value);
        case 'else':
          return this.otherwise();
        case 'end':
          this.cursor.expect('rightDelim', 'end');
          return { kind: 'end', chained: '' };
        case 'if':
        case 'range':
        case 'with':
          return this.branch(token.value);
        case 'template':
          return this.invocation();
        default:
          this.cursor.back();
      }
    }
    const pipe = this.pipelines.parse('command', 'rightDelim');
    return { kind: 'action', source: this.cursor.source, pos: token.pos, line: token.line, pipe } satisfies ActionNode;
  }

  private jump(token: Token, kind: 'break' | 'continue'): JumpNode {
    const next = this.cursor.nextNonSpace();
    if (next.kind !== 'rightDelim') this.cursor.unexpected(next, `{{${kind}}}`);
    if (this.ranges === 0) this.cursor.fail(`{{${kind}}} outside {{range}}`);
    return { kind, source: this.cursor.source, pos: token.pos, line: token.line };
  }

  private otherwise(): Closing {
    const token = this.cursor.peekNonSpace();
    if (token.kind === 'keyword' && (token.value === 'if' || token.value === 'with')) {
      return { kind: 'else', chained: token.value };
    }
    this.cursor.expect('rightDelim', 'else');
    return { kind: 'else', chained: '' };
  }

  private branch(kind: 'if' | 'with' | 'range'): BranchNode {
    return this.cursor.nested(() => {
      const mark = this.pipelines.variables.length;
      const pipe = this.pipelines.parse(kind, 'rightDelim');
      if (kind === 'range') this.ranges++;
      const { list, closing } = this.itemList();
      if (kind === 'range') this.ranges--;
      let elseList: ListNode | undefined;
      if (closing.kind === 'else') {
        if (closing.chained === kind) {
          // `else if` is an `if` inside the `else`, ended by the same `end`.
          const { pos } = this.cursor.next();
          elseList = { kind: 'list', source: this.cursor.source, pos, nodes: [this.branch(kind)] };
        } else {
          const rest = this.itemList();
          if (rest.closing.kind !== 'end') this.cursor.fail(`expected end; found ${showClosing(rest.closing)}`);
          elseList = rest.list;
        }
      }
      this.pipelines.variables.length = mark;
      return {
        kind,
        source: this.cursor.source,
        pos: pipe.pos,
        line: this.cursor.source.line(pipe.pos),
        pipe,
        list,
        elseList,
      };
    });
  }

  private templateName(context: string): { readonly token: Token; readonly name: string } {
    const token = this.cursor.nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'rawString') this.cursor.unexpected(token, context);
    return { token, name: this.cursor.unquote(token) };
  }

  private block(): TemplateNode {
    const context = 'block clause';
    const { token, name } = this.templateName(context);
    const pipe = this.pipelines.parse(context, 'rightDelim');
    this.body(name, context, this.cursor.last());
    return { kind: 'template', source: this.cursor.source, pos: token.pos, line: token.line, name, pipe };
  }

  private invocation(): TemplateNode {
    const context = 'template clause';
    const { token, name } = this.templateName(context);
    let pipe: PipeNode | undefined;
    if (this.cursor.nextNonSpace().kind !== 'rightDelim') {
      this.cursor.back();
      pipe = this.pipelines.parse(context, 'rightDelim');
    }
    return { kind: 'template', source: this.cursor.source, pos: token.pos, line: token.line, name, pipe };
  }
}

/**
 * Parses a text: the trees it defines and, under `name`, its own. `hasFunction` tells the names of functions. Throws
 * `ParseError`.
 */
export function parseText(
  name: string,
  source: Source,
  hasFunction: (name: string) => boolean,
): ReadonlyMap<string, Tree> {
  const parser = new Parser(source, hasFunction);
  parser.parse(name);
  return parser.trees;
}
