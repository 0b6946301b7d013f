// One template's execution: its variables, the node that errors are blamed on, and how the errors are worded.

import { type Node, show } from '../parse/node.ts';
import { quote } from '../parse/quote.ts';
import type { Value } from '../value/value.ts';

/** Stands for no value coming down a pipeline, as opposed to one that is missing. */
export const MISSING = Symbol('no piped value');

/** What a command gets from the one before it. */
export type Piped = Value | typeof MISSING;

export function isMissing(piped: Piped): piped is typeof MISSING {
  return piped === MISSING;
}

/** A template failed. The message is Go's, with template, line and column. */
export class ExecError extends Error {}

export class Scope {
  private readonly name: string;
  private node: Node | undefined;
  private readonly names: string[] = ['$'];
  private readonly values: Value[];

  constructor(name: string, dot: Value) {
    this.name = name;
    this.values = [dot];
  }

  /** Marks the node that is being executed. */
  at(node: Node): void {
    this.node = node;
  }

  fail(message: string): never {
    throw this.error(message);
  }

  error(message: string): ExecError {
    return new ExecError(this.describe(message));
  }

  /** The message with the place where execution is. */
  private describe(message: string): string {
    const { node } = this;
    if (node === undefined) return `template: ${this.name}: ${message}`;
    return `template: ${node.source.place(node.pos)}: executing ${quote(this.name)} at <${show(node)}>: ${message}`;
  }

  declare(name: string, value: Value): void {
    this.names.push(name);
    this.values.push(value);
  }

  private indexOf(name: string): number {
    const index = this.names.lastIndexOf(name);
    return index < 0 ? this.fail(`undefined variable: ${name}`) : index;
  }

  assign(name: string, value: Value): void {
    this.values[this.indexOf(name)] = value;
  }

  variable(name: string): Value {
    return this.values[this.indexOf(name)];
  }

  /** How many variables there are: to cut back to. */
  mark(): number {
    return this.names.length;
  }

  cut(mark: number): void {
    if (this.names.length === mark) return;
    this.names.length = mark;
    this.values.length = mark;
  }

  /** Sets the variable that was declared last, or so many before it. */
  setTop(before: number, value: Value): void {
    this.values[this.values.length - 1 - before] = value;
  }
}
