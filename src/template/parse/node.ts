// The parse tree of a template, and how Go writes its parts: error messages quote them.

import { quote } from './quote.ts';
import type { Source } from './source.ts';

interface Place {
  readonly source: Source;
  /** Offset in the source's text. */
  readonly pos: number;
}

export interface NumberNode extends Place {
  readonly kind: 'number';
  readonly text: string;
  /** Which types of Go the constant fits; each is undefined when it does not. */
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: { readonly re: number; readonly im: number } | undefined;
}

interface StringNode extends Place {
  readonly kind: 'string';
  /** As written, with its quotes. */
  readonly quoted: string;
  readonly text: string;
}

export interface FieldNode extends Place {
  readonly kind: 'field';
  readonly names: readonly string[];
}

export interface VariableNode extends Place {
  readonly kind: 'variable';
  /** With the dollar sign. */
  readonly name: string;
  readonly fields: readonly string[];
}

/** A term that is neither a field nor a variable, followed by field names: `(pipeline).A.B`. */
export interface ChainNode extends Place {
  readonly kind: 'chain';
  readonly node: Operand;
  readonly fields: readonly string[];
}

export interface IdentifierNode extends Place {
  readonly kind: 'identifier';
  readonly name: string;
}

export type Operand =
  | NumberNode
  | StringNode
  | FieldNode
  | VariableNode
  | ChainNode
  | IdentifierNode
  | PipeNode
  | (Place & { readonly kind: 'bool'; readonly value: boolean })
  | (Place & { readonly kind: 'dot' })
  | (Place & { readonly kind: 'nil' });

export interface CommandNode extends Place {
  readonly kind: 'command';
  /** Never empty. */
  readonly args: readonly Operand[];
}

export interface PipeNode extends Place {
  readonly kind: 'pipe';
  /** Declared (`:=`) or assigned (`=`) variables, with their dollar signs. */
  readonly variables: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

export interface ListNode extends Place {
  readonly kind: 'list';
  readonly nodes: readonly Statement[];
}

export interface TextNode extends Place {
  readonly kind: 'text';
  readonly text: string;
}

export interface ActionNode extends Place {
  readonly kind: 'action';
  readonly line: number;
  readonly pipe: PipeNode;
}

export interface BranchNode extends Place {
  readonly kind: 'if' | 'with' | 'range';
  readonly line: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}

export interface TemplateNode extends Place {
  readonly kind: 'template';
  readonly line: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

export interface JumpNode extends Place {
  readonly kind: 'break' | 'continue';
  readonly line: number;
}

export type Statement = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;
export type Node = Statement | ListNode | Operand | CommandNode;

/** A defined template. */
export interface Tree {
  readonly name: string;
  readonly root: ListNode;
}

function showPipe(pipe: PipeNode): string {
  const declared = pipe.variables.length > 0 ? `${pipe.variables.join(', ')} ${pipe.assigns ? '=' : ':='} ` : '';
  return declared + pipe.commands.map((command) => show(command)).join(' | ');
}

function showBranch(node: BranchNode): string {
  const otherwise = node.elseList === undefined ? '' : `{{else}}${show(node.elseList)}`;
  return `{{${node.kind} ${showPipe(node.pipe)}}}${show(node.list)}${otherwise}{{end}}`;
}

/** The node as Go writes it. */
export function show(node: Node): string {
  switch (node.kind) {
    case 'number':
    case 'text':
      return node.text;
    case 'string':
      return node.quoted;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.name + node.fields.map((name) => `.${name}`).join('');
    case 'chain': {
      const inner = node.node.kind === 'pipe' ? `(${show(node.node)})` : show(node.node);
      return inner + node.fields.map((name) => `.${name}`).join('');
    }
    case 'identifier':
      return node.name;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'pipe':
      return showPipe(node);
    case 'command':
      return node.args.map((arg) => (arg.kind === 'pipe' ? `(${show(arg)})` : show(arg))).join(' ');
    case 'list':
      return node.nodes.map(show).join('');
    case 'action':
      return `{{${showPipe(node.pipe)}}}`;
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${showPipe(node.pipe)}`}}}`;
    case 'break':
      return '{{break}}';
    case 'continue':
      return '{{continue}}';
    default:
      return showBranch(node);
  }
}

const BLANK = /^[\s\u0085]*$/;

/** Whether there is nothing but white space: such a template does not replace one of the same name. */
export function isBlank(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && BLANK.test(node.text));
}
