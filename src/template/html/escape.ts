// Finds out in which context each action of a template prints, and makes a program that escapes accordingly: what Go's
// html/template does. A template that is called in different contexts is escaped for each.

import type { Lookup, Program } from '../exec/program.ts';
import type {
  ActionNode,
  BranchNode,
  JumpNode,
  ListNode,
  Node,
  PipeNode,
  Statement,
  TemplateNode,
  TextNode,
  Tree,
} from '../parse/node.ts';
import { show } from '../parse/node.ts';
import { quote } from '../parse/quote.ts';
import {
  type Context,
  derivedName,
  type EscapeProblem,
  failed,
  isComment,
  joinContexts,
  nudge,
  sameContext,
  showContext,
  TEXT,
} from './context.ts';
import { calledFunction, isPredefinedEscaper, withEscapers } from './rewrite.ts';
import { escapeText } from './text.ts';

/** What changes in one template, for one context that it is called in. */
interface Edits {
  readonly pipes: Map<ActionNode, PipeNode>;
  readonly texts: Map<TextNode, string>;
  /** The derived names of the templates that are called. */
  readonly calls: Map<TemplateNode, string>;
}

interface Derived {
  readonly tree: Tree;
  readonly edits: Edits;
}

/** The jumps out of the range that is being looked at, with their contexts. */
interface Jumps {
  readonly breaks: (readonly [JumpNode, Context])[];
  readonly continues: (readonly [JumpNode, Context])[];
}

function noEdits(): Edits {
  return { pipes: new Map(), texts: new Map(), calls: new Map() };
}

/** The escapers for a value that is printed in an address. */
function urlEscapers(c: Context): string[] {
  if (c.urlPart === 'urlPartQueryOrFrag') return ['_html_template_urlescaper'];
  const inString = c.state === 'stateCSSDqStr' || c.state === 'stateCSSSqStr';
  const escaper = inString ? '_html_template_cssescaper' : '_html_template_urlnormalizer';
  return c.urlPart === 'urlPartNone' ? ['_html_template_urlfilter', escaper] : [escaper];
}

const BY_STATE: Readonly<Partial<Record<Context['state'], string>>> = {
  stateMetaContentURL: '_html_template_urlfilter',
  stateJS: '_html_template_jsvalescaper',
  stateJSDqStr: '_html_template_jsstrescaper',
  stateJSSqStr: '_html_template_jsstrescaper',
  stateJSTmplLit: '_html_template_jstmpllitescaper',
  stateJSRegexp: '_html_template_jsregexpescaper',
  stateCSS: '_html_template_cssvaluefilter',
  stateText: '_html_template_htmlescaper',
  stateRCDATA: '_html_template_rcdataescaper',
  stateAttrName: '_html_template_htmlnamefilter',
  stateTag: '_html_template_htmlnamefilter',
  stateSrcset: '_html_template_srcsetescaper',
};

const URL_STATES = ['stateURL', 'stateCSSDqStr', 'stateCSSSqStr', 'stateCSSDqURL', 'stateCSSSqURL', 'stateCSSURL'];

/** The escapers for a value that is printed there, in their order. */
function escapersFor(c: Context): string[] {
  const own = BY_STATE[c.state];
  let escapers = own === undefined ? [] : [own];
  if (URL_STATES.includes(c.state)) escapers = urlEscapers(c);
  else if (isComment(c.state)) escapers = ['_html_template_commentescaper'];
  if (c.delim === 'delimNone') return escapers;
  return [
    ...escapers,
    c.delim === 'delimSpaceOrTagEnd' ? '_html_template_nospaceescaper' : '_html_template_attrescaper',
  ];
}

/** How many statements are looked at before a template counts as too complex: loops in loops double the work. */
const MOST_STATEMENTS = 200_000;

class Analysis {
  /** The context after each derived template, as far as it was looked into since `parent` began this. */
  private readonly outputs = new Map<string, Context>();
  private readonly parent: Analysis | undefined;
  private readonly called = new Set<string>();
  readonly derived = new Map<string, Derived>();
  private readonly find: Lookup;
  /** Shared by all that look into parts of the same template. */
  private readonly spent: { statements: number };
  private edits = noEdits();
  private jumps: Jumps | undefined;

  constructor(find: Lookup, parent?: Analysis) {
    this.find = find;
    this.parent = parent;
    this.spent = parent?.spent ?? { statements: 0 };
  }

  /** The context after a template that is called in a context, and its derived name. */
  template(c: Context, node: Node, name: string): { readonly context: Context; readonly name: string } {
    const derived = derivedName(c, name);
    this.called.add(derived);
    const known = this.output(derived);
    if (known !== undefined) return { context: known, name: derived };
    const tree = this.find(name);
    if (tree === undefined) return { context: failed(`no such template ${quote(name)}`, node), name: derived };
    return { context: this.body(c, derived, tree), name: derived };
  }

  private output(derived: string): Context | undefined {
    for (let at: Analysis | undefined = this; at !== undefined; at = at.parent) {
      const known = at.outputs.get(derived);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  /** Looks into a template. If it calls itself, the context after it has to be guessed: first that it stays the same. */
  private body(c: Context, name: string, tree: Tree): Context {
    const first = this.assume(c, c, name, tree);
    if (first.holds) return first.context;
    const second = this.assume(first.context, first.context, name, tree);
    if (second.holds) return second.context;
    if (first.context.state === 'stateError') return first.context;
    return failed(`cannot compute output context for template ${name}`, tree.root);
  }

  private assume(
    c: Context,
    output: Context,
    name: string,
    tree: Tree,
  ): { readonly context: Context; readonly holds: boolean } {
    this.outputs.set(name, output);
    const trial = new Analysis(this.find, this);
    trial.jumps = this.jumps;
    const context = trial.list(c, tree.root);
    if (context.state === 'stateError') return { context, holds: false };
    if (trial.called.has(name) && !sameContext(c, context)) return { context, holds: false };
    for (const [known, after] of trial.outputs) this.outputs.set(known, after);
    for (const [known, template] of trial.derived) this.derived.set(known, template);
    for (const known of trial.called) this.called.add(known);
    this.derived.set(name, { tree, edits: trial.edits });
    return { context, holds: true };
  }

  private list(c: Context, list: ListNode | undefined): Context {
    let now = c;
    for (const node of list?.nodes ?? []) {
      now = this.statement(now, node);
      if (now.state === 'stateDead') break;
    }
    return now;
  }

  private statement(c: Context, node: Statement): Context {
    if (++this.spent.statements > MOST_STATEMENTS) throw new Error('html/template: too complex to be escaped');
    switch (node.kind) {
      case 'text': {
        const { context, text } = escapeText(c, node.text);
        if (text !== node.text) this.edits.texts.set(node, text);
        return context;
      }
      case 'action':
        return this.action(c, node);
      case 'template': {
        const { context, name } = this.template(c, node, node.name);
        this.edits.calls.set(node, name);
        return context;
      }
      case 'break':
        this.jumps!.breaks.push([node, c]);
        return { ...TEXT, state: 'stateDead' };
      case 'continue':
        this.jumps!.continues.push([node, c]);
        return { ...TEXT, state: 'stateDead' };
      default:
        return this.branch(c, node);
    }
  }

  private action(before: Context, node: ActionNode): Context {
    if (node.pipe.variables.length > 0) return before;
    const c = nudge(before);
    for (const [i, command] of node.pipe.commands.entries()) {
      const name = calledFunction(command);
      if (!isPredefinedEscaper(name)) continue;
      const unquoted = c.state === 'stateAttr' && c.delim === 'delimSpaceOrTagEnd' && name === 'html';
      if (i < node.pipe.commands.length - 1 || unquoted) {
        return failed(`predefined escaper ${quote(name!)} disallowed in template`, node);
      }
    }
    if (c.state === 'stateError') return c;
    if (URL_STATES.includes(c.state) && c.urlPart === 'urlPartUnknown') {
      return failed(`${show(node)} appears in an ambiguous context within a URL`, node);
    }
    this.edits.pipes.set(node, withEscapers(node.pipe, escapersFor(c)));
    if (c.state === 'stateJS') return { ...c, jsCtx: 'jsCtxDivOp' };
    return c.state === 'stateTag' ? { ...c, state: 'stateAttrName' } : c;
  }

  private branch(c: Context, node: BranchNode): Context {
    const body = node.kind === 'range' ? this.loop(c, node) : this.list(c, node.list);
    if (node.kind === 'range' && body.state === 'stateError') return body;
    return joinContexts(body, this.list(c, node.elseList), node, node.kind);
  }

  /** A loop's body has to end in the context in which it begins anew. */
  private loop(c: Context, node: BranchNode): Context {
    const outer = this.jumps;
    try {
      this.jumps = { breaks: [], continues: [] };
      let context = this.list(c, node.list);
      if (context.state !== 'stateError') context = joinJumps(context, this.jumps);
      if (context.state === 'stateError') return context;
      const again = new Analysis(this.find, this);
      again.jumps = { breaks: [], continues: [] };
      const joined = joinContexts(context, again.list(context, node.list), node, node.kind);
      if (joined.state === 'stateError') return noticedIn(joined, 'on range loop re-entry: ', node.line);
      return joinJumps(joined, again.jumps);
    } finally {
      this.jumps = outer;
    }
  }
}

/** Adds to an error in which loop it was noticed. */
function noticedIn(c: Context, place: string, line: number): Context {
  c.problem!.message = place + c.problem!.message;
  c.problem!.line = line;
  return c;
}

/** Joins the contexts of a loop's jumps to that of its end. */
function joinJumps(c: Context, jumps: Jumps): Context {
  let now = c;
  for (const [kind, list] of [
    ['break', jumps.breaks],
    ['continue', jumps.continues],
  ] as const) {
    for (const [node, context] of list) {
      now = joinContexts(now, context, node, 'range');
      if (now.state === 'stateError') return noticedIn(now, `at range loop ${kind}: `, node.line);
    }
  }
  return now;
}

class EscapedProgram implements Program {
  readonly name: string;
  readonly root: ListNode;
  private readonly edits: Edits;
  private readonly derived: ReadonlyMap<string, Derived>;
  private readonly made: Map<string, EscapedProgram>;

  constructor(name: string, derived: ReadonlyMap<string, Derived>, made: Map<string, EscapedProgram>) {
    const { tree, edits } = derived.get(name)!;
    this.name = name;
    this.root = tree.root;
    this.edits = edits;
    this.derived = derived;
    this.made = made;
    made.set(name, this);
  }

  pipe(action: ActionNode): PipeNode {
    return this.edits.pipes.get(action) ?? action.pipe;
  }

  text(node: TextNode): string {
    return this.edits.texts.get(node) ?? node.text;
  }

  callee(node: TemplateNode): Program | undefined {
    const name = this.edits.calls.get(node);
    if (name === undefined || !this.derived.has(name)) return undefined;
    return this.made.get(name) ?? new EscapedProgram(name, this.derived, this.made);
  }
}

function describe(problem: EscapeProblem): string {
  const { node, message, line } = problem;
  if (node !== undefined) return `html/template:${node.source.place(node.pos)}: ${message}`;
  return line === 0 ? `html/template: ${message}` : `html/template::${line}: ${message}`;
}

/** The program of a template as html/template runs it. Throws an Error with Go's words where it cannot be escaped. */
export function escapedProgram(root: Tree, find: Lookup): Program {
  const analysis = new Analysis(find);
  const { context, name } = analysis.template(TEXT, root.root, root.name);
  if (context.problem !== undefined) throw new Error(describe(context.problem));
  if (context.state !== 'stateText') {
    throw new Error(`html/template: ends in a non-text context: ${showContext(context)}`);
  }
  return new EscapedProgram(name, analysis.derived, new Map());
}
