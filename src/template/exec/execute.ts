// Runs a template: statements in order, branches, loops and templates within templates, with the output put together.

import { sprint } from '../fmt/sprintf.ts';
import type { Env, FuncMap } from '../func/func.ts';
import type { ActionNode, BranchNode, ListNode, Operand, PipeNode, Statement, TemplateNode } from '../parse/node.ts';
import { quote } from '../parse/quote.ts';
import { wellFormed } from '../value/bytes.ts';
import { Int, indirect, int, isTrue, MapValue, Pointer, Slice, type Value } from '../value/value.ts';
import { type Budget, Enough, LimitError } from './budget.ts';
import { Evaluator } from './evaluate.ts';
import type { Program } from './program.ts';

/** How the execution of statements ended. */
type Flow = 'next' | 'break' | 'continue';

class Output {
  private text = '';
  private readonly budget: Budget;
  /** How much is wanted, white space at both ends aside. */
  private readonly enough: number;
  /** When the length is looked at again. */
  private next: number;

  constructor(budget: Budget, enough: number) {
    this.budget = budget;
    this.enough = enough;
    this.next = Math.min(enough, budget.limits.outputLength);
  }

  write(text: string): void {
    this.text += text;
    if (this.text.length > this.next) this.look();
  }

  private look(): void {
    const { length } = this.text;
    if (length > this.enough && this.text.trim().length > this.enough) throw new Enough();
    if (length > this.budget.limits.outputLength) throw this.budget.tooLong();
    // White space is not looked through again and again.
    this.next = Math.min(2 * length, this.budget.limits.outputLength);
  }

  /** How much more is wanted. */
  room(): number {
    return this.enough === Number.POSITIVE_INFINITY ? this.enough : this.enough - this.text.trimStart().length;
  }

  finish(rest: string): string {
    return wellFormed(this.text + rest);
  }
}

/** What a value looks like in the output. */
function printed(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '<no value>';
  const text = sprint([value instanceof Pointer ? value.to : value], budget);
  budget.spendText(text.length);
  return text;
}

/** Nesting of statements, beyond which the stack is in danger; templates within templates count several. */
const MAX_NESTING = 2500;

class Execution {
  readonly output: Output;
  private readonly functions: FuncMap;
  private readonly env: Env;
  private nesting = 0;

  constructor(functions: FuncMap, env: Env, enough: number) {
    this.functions = functions;
    this.env = env;
    this.output = new Output(env.budget, enough);
  }

  run(program: Program, dot: Value, depth: number): void {
    const scope = new Evaluator(program.name, dot, this.functions, this.env);
    try {
      new Run(this, program, scope, depth).list(dot, program.root);
    } catch (error) {
      if (error instanceof LimitError) throw scope.error(error.message);
      // The stack is exhausted, or a text is longer than texts can be.
      if (error instanceof RangeError) {
        const tooDeep = error.message.includes('call stack');
        throw scope.error(
          tooDeep ? 'exceeded the depth to which templates can nest' : `exceeded what can be held: ${error.message}`,
        );
      }
      throw error;
    }
  }

  get budget(): Budget {
    return this.env.budget;
  }

  enter(scope: Evaluator): void {
    if (++this.nesting > MAX_NESTING) scope.fail(`exceeded maximum nesting (${MAX_NESTING})`);
  }

  leave(): void {
    this.nesting--;
  }
}

/** The execution of one template. */
class Run {
  private readonly execution: Execution;
  private readonly program: Program;
  private readonly scope: Evaluator;
  private readonly depth: number;

  constructor(execution: Execution, program: Program, scope: Evaluator, depth: number) {
    this.execution = execution;
    this.program = program;
    this.scope = scope;
    this.depth = depth;
  }

  list(dot: Value, list: ListNode): Flow {
    for (const node of list.nodes) {
      const flow = this.statement(dot, node);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  private statement(dot: Value, node: Statement): Flow {
    this.scope.at(node);
    this.execution.budget.spend(1);
    switch (node.kind) {
      case 'text':
        this.execution.output.write(this.program.text(node));
        return 'next';
      case 'action':
        this.action(dot, node);
        return 'next';
      case 'template':
        this.template(dot, node);
        return 'next';
      case 'break':
      case 'continue':
        return node.kind;
      default: {
        this.execution.enter(this.scope);
        const mark = this.scope.mark();
        const flow = node.kind === 'range' ? this.range(dot, node) : this.branch(dot, node);
        this.scope.cut(mark);
        this.execution.leave();
        return flow;
      }
    }
  }

  private action(dot: Value, node: ActionNode): void {
    const pipe = this.program.pipe(node);
    const value = isJsonOnly(pipe) ? this.json(dot, pipe) : this.scope.pipeline(dot, pipe);
    if (pipe.variables.length > 0) return;
    this.scope.at(node);
    this.execution.output.write(printed(value, this.execution.budget));
  }

  /** JSON of thousands of alerts is made at once, and takes long. */
  private json(dot: Value, pipe: PipeNode): Value {
    const { budget, output } = this.execution;
    budget.wanted = output.room();
    try {
      return this.scope.pipeline(dot, pipe);
    } finally {
      budget.wanted = Number.POSITIVE_INFINITY;
    }
  }

  private branch(dot: Value, node: BranchNode): Flow {
    const value = this.scope.pipeline(dot, node.pipe);
    if (isTrue(value)) return this.list(node.kind === 'with' ? value : dot, node.list);
    return node.elseList === undefined ? 'next' : this.list(dot, node.elseList);
  }

  private template(dot: Value, node: TemplateNode): void {
    const callee = this.program.callee(node);
    if (callee === undefined) throw this.scope.error(`template ${quote(node.name)} not defined`);
    const { depth } = this.execution.budget.limits;
    if (this.depth >= depth) this.scope.fail(`exceeded maximum template depth (${depth})`);
    const value = this.scope.pipeline(dot, node.pipe);
    this.execution.enter(this.scope);
    this.execution.run(callee, value, this.depth + 1);
    this.execution.leave();
  }

  private range(dot: Value, node: BranchNode): Flow {
    const piped = this.scope.pipeline(dot, node.pipe);
    const value = indirect(piped);
    let items: Iterable<Value>;
    /** Of the items, in their order. Only those who ask for it pay for it. */
    let indexAt: (i: number) => Value = int;
    let empty: boolean;
    if (value instanceof Slice) {
      items = value.items;
      empty = value.items.length === 0;
    } else if (value instanceof MapValue) {
      const names = value.names();
      items = names.map((name) => value.entries.get(name));
      indexAt = (i) => names[i];
      empty = names.length === 0;
    } else if (value instanceof Int) {
      if (node.pipe.variables.length > 1) {
        const shown = printed(value, this.execution.budget);
        return this.scope.fail(`can't use ${shown} to iterate over more than one variable`);
      }
      items = counted(value);
      empty = value.value <= 0n;
    } else if (value === undefined) {
      items = [];
      empty = true;
    } else {
      return this.scope.fail(`range can't iterate over ${printed(value, this.execution.budget)}`);
    }
    if (!empty) return this.iterate(node, items, indexAt);
    if (node.elseList === undefined) return 'next';
    // A break there ends this range, although it has begun no iteration; a continue is for the range around it.
    const flow = this.list(dot, node.elseList);
    return flow === 'break' ? 'next' : flow;
  }

  private iterate(node: BranchNode, items: Iterable<Value>, indexAt: (i: number) => Value): Flow {
    const mark = this.scope.mark();
    const hasIndex = node.pipe.variables.length > 1;
    let i = 0;
    for (const item of items) {
      this.execution.budget.spend(1);
      this.setLoopVariables(node, hasIndex ? indexAt(i) : undefined, item);
      i++;
      const flow = this.list(item, node.list);
      this.scope.cut(mark);
      if (flow === 'break') break;
    }
    return 'next';
  }

  private setLoopVariables(node: BranchNode, index: Value, item: Value): void {
    const { variables, assigns } = node.pipe;
    const [first, second] = variables;
    if (first === undefined) return;
    if (assigns) {
      this.scope.assign(first, second === undefined ? item : index);
      if (second !== undefined) this.scope.assign(second, item);
      return;
    }
    this.scope.setTop(0, item);
    if (second !== undefined) this.scope.setTop(1, index);
  }
}

/** From 0, of the number's own type. */
function* counted(limit: Int): Iterable<Value> {
  for (let i = 0n; i < limit.value; i++) yield new Int(i, limit.type);
}

/** Whether the pipeline is `.X | toJson` or `toJson .X`: what `toJson` makes is printed as it is, and nothing else is. */
function isJsonOnly({ commands, variables }: PipeNode): boolean {
  const callee = commands[commands.length - 1]!.args[0]!;
  if (callee.kind !== 'identifier' || callee.name !== 'toJson' || variables.length > 0) return false;
  const operands = commands.flatMap((command) => command.args).filter((operand) => operand !== callee);
  return operands.length === 1 && isPlain(operands[0]!);
}

function isPlain({ kind }: Operand): boolean {
  return kind === 'dot' || kind === 'field' || kind === 'variable';
}

/**
 * Executes a program on a value and returns what it prints; no more than the beginning once that is longer than `enough`
 * UTF-16 units without the white space at its ends. Throws `ExecError` with Go's message.
 */
export function execute(
  program: Program,
  dot: Value,
  functions: FuncMap,
  env: Env,
  enough = Number.POSITIVE_INFINITY,
): string {
  const execution = new Execution(functions, env, enough);
  let rest = '';
  try {
    execution.run(program, dot, 0);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    ({ rest } = error);
  }
  return execution.output.finish(rest);
}
