// How a command line is described: commands, flags, arguments and the kinds of their values, as data. The parser, the
// help and the completion scripts all read it, and none of them knows a command.

import type { Values } from './values.ts';

/**
 * What a value is: a text, texts that add up, true or false, milliseconds written as Go writes durations (days and weeks
 * besides), a number, a URL as Go reads it, the path of a file that is there (and paths that add up), the path of something
 * that can be read, or a choice.
 */
export type Kind =
  | 'text'
  | 'texts'
  | 'bool'
  | 'span'
  | 'integer'
  | 'url'
  | 'file'
  | 'files'
  | 'readable'
  | readonly string[];

export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  readonly help: string;
  readonly kind: Kind;
  /** As it would be written. */
  readonly default?: string;
  /** In the help, in place of the default or the name. */
  readonly placeholder?: string;
  readonly required?: boolean;
  /** Not in the help. */
  readonly hidden?: boolean;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly kind: Kind;
  readonly required?: boolean;
}

export interface CommandSpec {
  readonly name: string;
  /** The first line is what lists of commands show. */
  readonly help: string;
  /** What else there is to know, a paragraph each: for the command's own help. */
  readonly notes?: readonly string[];
  /** Command lines without the program's name. */
  readonly examples?: readonly string[];
  readonly flags: readonly FlagSpec[];
  readonly argument?: ArgumentSpec;
  /** Either these or an argument. */
  readonly commands: readonly CommandSpec[];
  /** Whether it is the one that is meant where its parent stands alone. */
  readonly isDefault?: boolean;
  run?(given: Values): Promise<void>;
}

/** Whether values add up, rather than being given once. */
export function addsUp(kind: Kind): boolean {
  return kind === 'texts' || kind === 'files';
}
