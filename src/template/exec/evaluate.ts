// Evaluates pipelines, commands and operands: where a template's fields, methods, functions and constants become values.
// The rules and the words of the errors are those of Go's text/template.

import type { Env, Func, FuncMap } from '../func/func.ts';
import { methodOf } from '../func/methods.ts';
import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  Node,
  NumberNode,
  Operand,
  PipeNode,
  VariableNode,
} from '../parse/node.ts';
import { show } from '../parse/node.ts';
import { quote } from '../parse/quote.ts';
import { ANY_VALUE, assignable, canBeNil, hasField, type Type } from '../value/type.ts';
import {
  Boxed,
  Complex,
  Float,
  Int,
  indirect,
  int,
  isTrue,
  MapValue,
  Pointer,
  type Solid,
  type Struct,
  typeOf,
  unbox,
  type Value,
  zero,
} from '../value/value.ts';
import { Enough, LimitError } from './budget.ts';
import { callCall, nameOfValue } from './call.ts';
import { isMissing, MISSING, type Piped, Scope } from './scope.ts';

/** Evaluates within one template's execution. */
export class Evaluator extends Scope {
  private readonly functions: FuncMap;
  private readonly env: Env;

  constructor(name: string, dot: Value, functions: FuncMap, env: Env) {
    super(name, dot);
    this.functions = functions;
    this.env = env;
  }

  /** The value of a pipeline. The variables it declares stay until the scope is cut back. */
  pipeline(dot: Value, pipe: PipeNode | undefined): Value {
    if (pipe === undefined) return undefined;
    this.at(pipe);
    let value: Piped = MISSING;
    for (const command of pipe.commands) value = unbox(this.command(dot, command, value));
    for (const name of pipe.variables) {
      if (pipe.assigns) this.assign(name, value as Value);
      else this.declare(name, value as Value);
    }
    return value as Value;
  }

  private command(dot: Value, command: CommandNode, final: Piped): Value {
    const first = command.args[0]!;
    switch (first.kind) {
      case 'field':
        return this.fieldNode(dot, first, command.args, final);
      case 'chain':
        return this.chainNode(dot, first, command.args, final);
      case 'identifier':
        return this.functionCall(dot, first, command, command.args, final);
      case 'pipe':
        this.noArguments(command.args, final);
        return this.pipeline(dot, first);
      case 'variable':
        return this.variableNode(dot, first, command.args, final);
      default:
    }
    this.at(first);
    this.noArguments(command.args, final);
    switch (first.kind) {
      case 'bool':
        return first.value;
      case 'dot':
        return dot;
      case 'number':
        return this.constant(first);
      case 'string':
        return first.text;
      default:
        return this.fail('nil is not a command');
    }
  }

  private noArguments(args: readonly Operand[], final: Piped): void {
    if (args.length > 1 || !isMissing(final)) this.fail(`can't give argument to non-function ${show(args[0]!)}`);
  }

  /** A number without a type to guide: its form decides. */
  private constant(node: NumberNode): Value {
    this.at(node);
    if (node.complex !== undefined) return new Complex(node.complex.re, node.complex.im);
    const hexadecimal = /^0[xX][^pP]+$/.test(node.text);
    if (node.float !== undefined && !hexadecimal && !node.text.startsWith("'") && /[.eEpP]/.test(node.text)) {
      return new Float(node.float);
    }
    if (node.int !== undefined) return int(node.int);
    return this.fail(`${node.text} overflows int`);
  }

  private fieldNode(dot: Value, node: FieldNode, args: readonly Operand[] | undefined, final: Piped): Value {
    this.at(node);
    return this.fieldChain(dot, dot, node, node.names, args, final);
  }

  private chainNode(dot: Value, node: ChainNode, args: readonly Operand[] | undefined, final: Piped): Value {
    this.at(node);
    if (node.node.kind === 'nil') this.fail(`indirection through explicit nil in ${show(node)}`);
    const receiver = this.argument(dot, undefined, node.node);
    return this.fieldChain(dot, receiver, node, node.fields, args, final);
  }

  private variableNode(dot: Value, node: VariableNode, args: readonly Operand[] | undefined, final: Piped): Value {
    this.at(node);
    const value = this.variable(node.name);
    if (node.fields.length > 0) return this.fieldChain(dot, value, node, node.fields, args, final);
    this.noArguments(args ?? [], final);
    return value;
  }

  /** Field after field; the last may be a method, and gets the arguments. */
  private fieldChain(
    dot: Value,
    receiver: Value,
    node: Node,
    names: readonly string[],
    args: readonly Operand[] | undefined,
    final: Piped,
  ): Value {
    let value = receiver;
    for (let i = 0; i < names.length - 1; i++) value = this.field(dot, names[i]!, node, undefined, MISSING, value);
    return this.field(dot, names[names.length - 1]!, node, args, final, value);
  }

  private field(
    dot: Value,
    name: string,
    node: Node,
    args: readonly Operand[] | undefined,
    final: Piped,
    receiver: Value,
  ): Value {
    if (receiver === undefined) return undefined;
    const type = typeOf(receiver);
    const value = indirect(receiver);
    if (value === undefined) return this.fail(`nil pointer evaluating ${type.name}.${name}`);
    const method = methodOf(value, name);
    if (method !== undefined) return this.call(dot, method, node, name, args, final, value);
    const hasArguments = (args?.length ?? 0) > 1 || !isMissing(final);
    if (hasField(typeOf(value), name)) {
      if (/^[a-z]/.test(name)) this.fail(`${name} is an unexported field of struct type ${type.name}`);
      if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
      return (value as Struct).field(name);
    }
    if (value instanceof MapValue) {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      return value.entries.get(name) ?? zero(value.type.elem!);
    }
    return this.fail(`can't evaluate field ${name} in type ${type.name}`);
  }

  private functionCall(
    dot: Value,
    node: IdentifierNode,
    command: Node,
    args: readonly Operand[] | undefined,
    final: Piped,
  ): Value {
    this.at(node);
    const fn = this.functions.get(node.name);
    if (fn === undefined) return this.fail(`${quote(node.name)} is not a defined function`);
    return this.call(dot, fn, command, node.name, args, final, undefined);
  }

  private countArguments(fn: Func, name: string, given: number, piped: number): void {
    const want = fn.params.length;
    if (fn.rest !== undefined) {
      if (given + piped < want) this.fail(`wrong number of args for ${name}: want at least ${want} got ${given}`);
    } else if (given + piped !== want) {
      this.fail(`wrong number of args for ${name}: want ${want} got ${given + piped}`);
    }
  }

  /** Calls a function, or a method on its receiver. The first of `args` is the function itself. */
  private call(
    dot: Value,
    fn: Func,
    node: Node,
    name: string,
    args: readonly Operand[] | undefined,
    final: Piped,
    receiver: Solid | undefined,
  ): Value {
    const given = args === undefined ? 0 : args.length - 1;
    this.countArguments(fn, name, given, isMissing(final) ? 0 : 1);
    if (fn.refusal !== undefined) this.fail(fn.refusal);
    if (receiver === undefined && (name === 'and' || name === 'or')) {
      return this.shortCircuit(dot, name, args?.slice(1) ?? [], final);
    }
    const values: Value[] = receiver === undefined ? [] : [receiver];
    for (let i = 0; i < given; i++) values.push(this.argument(dot, fn.params[i] ?? fn.rest, args![i + 1]!));
    if (!isMissing(final)) values.push(this.checked(final, fn.params[given] ?? fn.rest!));
    try {
      this.env.budget.spend(1);
      if (receiver === undefined && name === 'call') {
        return callCall(values[0], given === 0 ? nameOfValue(values[0]) : show(args![1]!));
      }
      const result = fn.call(values, this.env);
      if (typeof result === 'string') this.env.budget.spendText(result.length);
      return result;
    } catch (error) {
      if (error instanceof LimitError || error instanceof Enough || error instanceof RangeError) throw error;
      this.at(node);
      return this.fail(`error calling ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** `and` and `or` stop evaluating at the argument that decides. */
  private shortCircuit(dot: Value, name: string, args: readonly Operand[], final: Piped): Value {
    let value: Value;
    for (const arg of args) {
      value = this.argument(dot, ANY_VALUE, arg);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return isMissing(final) ? value : final;
  }

  /** The value as an argument of that type, or an error when it is none. No type takes everything. */
  private checked(value: Value, type: Type | undefined): Value {
    if (value === undefined) {
      if (type === undefined) return undefined;
      return canBeNil(type) ? zero(type) : this.fail(`invalid value; expected ${type.name}`);
    }
    if (type === undefined || type === ANY_VALUE || assignable(typeOf(value), type)) return value;
    let inner: Solid | Boxed = value;
    if (value instanceof Boxed && value.inner !== null) {
      inner = value.inner;
      if (assignable(typeOf(inner), type)) return inner;
    }
    if (inner instanceof Pointer && assignable(inner.to.type, type)) return inner.to;
    return this.fail(`wrong type for value; expected ${type.name}; got ${typeOf(inner).name}`);
  }

  private argument(dot: Value, type: Type | undefined, node: Operand): Value {
    this.at(node);
    switch (node.kind) {
      case 'dot':
        return this.checked(dot, type);
      case 'nil':
        if (type !== undefined && canBeNil(type)) return zero(type);
        return this.fail(`cannot assign nil to ${type?.name}`);
      case 'field':
        return this.checked(this.fieldNode(dot, node, [node], MISSING), type);
      case 'variable':
        return this.checked(this.variableNode(dot, node, undefined, MISSING), type);
      case 'pipe':
        return this.checked(this.pipeline(dot, node), type);
      case 'identifier':
        return this.checked(this.functionCall(dot, node, node, undefined, MISSING), type);
      case 'chain':
        return this.checked(this.chainNode(dot, node, undefined, MISSING), type);
      default:
        return this.literal(type!, node);
    }
  }

  /** A constant in a place whose type is known. */
  private literal(type: Type, node: Operand & { readonly kind: 'bool' | 'number' | 'string' }): Value {
    switch (type.kind) {
      case 'bool':
        return node.kind === 'bool' ? node.value : this.fail(`expected bool; found ${show(node)}`);
      case 'string':
        return node.kind === 'string' ? node.text : this.fail(`expected string; found ${show(node)}`);
      case 'int':
        if (node.kind === 'number' && node.int !== undefined) return new Int(node.int, type);
        return this.fail(`expected integer; found ${show(node)}`);
      case 'uint':
        if (node.kind === 'number' && node.uint !== undefined) return new Int(node.uint, type);
        return this.fail(`expected unsigned integer; found ${show(node)}`);
      case 'float':
        if (node.kind === 'number' && node.float !== undefined) return new Float(node.float);
        return this.fail(`expected float; found ${show(node)}`);
      case 'interface':
      case 'any value':
        if (node.kind === 'number') return this.constant(node);
        return node.kind === 'bool' ? node.value : node.text;
      default:
        return this.fail(`can't handle ${show(node)} for arg of type ${type.name}`);
    }
  }
}
