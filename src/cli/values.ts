// The values of a command line: each text turned into what its flag is, or refused in kingpin's words. What was not given
// comes from the configuration files, else from the flag's own default.

import { closeSync, openSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { orList } from '../config/suggest.ts';
import { DurationError, parseFlagDuration } from '../model/duration.ts';
import { quote } from '../model/gostring.ts';
import type { CommandLine } from './parse.ts';
import { addsUp, type Kind } from './spec.ts';
import { CommandError, type Session } from './terminal.ts';

type Value = string | boolean | number | readonly string[];

/** What a command was given. Asking for what it does not have, or has as something else, is a bug: a TypeError. */
export interface Values {
  readonly session: Session;
  /** '' when it was not given. */
  text(name: string): string;
  /** Those of a flag or argument that adds up. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** Milliseconds, or a count; 0 when it was not given. */
  number(name: string): number;
}

/** Values without the session, which is made of them. */
export type Bare = Omit<Values, 'session'> & {
  /** Whether it was given on the command line or in a configuration file. */
  has(name: string): boolean;
};

/** Defaults of the configuration files by the names of flags. */
export type Defaults = ReadonlyMap<string, string>;

/** The flags that a configuration file speaks of: the program's and those of the command itself. */
export function defaultsFor(line: CommandLine, program: readonly { readonly name: string }[], all: Defaults): Defaults {
  const selected = line.commands[line.commands.length - 1]?.flags ?? [];
  const names = new Set([...program, ...selected].map(({ name }) => name));
  return new Map([...all].filter(([name]) => names.has(name)));
}

/** Throws a `CommandError`. `setDefaults` comes first, since a default that is no good is reported before all else. */
export class ValueTable {
  readonly #line: CommandLine;
  readonly #defaults: Defaults;
  readonly #values = new Map<string, Value>();
  readonly #known = new Map<string, Kind>();

  constructor(line: CommandLine, defaults: Defaults) {
    this.#line = line;
    this.#defaults = defaults;
    for (const { name, kind } of line.flags) this.#known.set(name, kind);
    for (const { argument } of line.commands) {
      if (argument !== undefined) this.#known.set(argument.name, argument.kind);
    }
  }

  setDefaults(): void {
    for (const flag of this.#line.flags) {
      const text = this.#defaults.get(flag.name) ?? flag.default;
      if (text === undefined || this.#isGiven(flag.name)) continue;
      this.#set(flag.name, flag.kind, text, `A configuration file has it, under "${flag.name}".`);
    }
  }

  setGiven(): void {
    const seen = new Set<string>();
    for (const { spec, value, isFlag } of this.#line.given) {
      if (isFlag && seen.has(spec.name) && !addsUp(spec.kind)) {
        throw new CommandError(`flag '${spec.name}' cannot be repeated`);
      }
      this.#set(spec.name, spec.kind, value, isFlag ? `It is the value of --${spec.name}.` : '');
      if (isFlag) seen.add(spec.name);
    }
    const last = this.#line.commands[this.#line.commands.length - 1];
    if (last !== undefined && last.commands.length > 0) {
      const path = this.#line.commands.map(({ name }) => name).join(' ');
      throw new CommandError(
        `must select a subcommand of '${path}'`,
        `Choose ${orList(last.commands.map(({ name }) => `"${path} ${name}"`))}.`,
      );
    }
  }

  checkRequired(): void {
    const missing = this.#line.flags
      .filter(({ name, required }) => required === true && !this.#isGiven(name) && !this.#defaults.has(name))
      .map(({ name }) => `'--${name}'`);
    const command = this.#line.commands[this.#line.commands.length - 1];
    const hint = command?.examples?.[0] === undefined ? '' : `As in "${command.examples[0]}".`;
    if (missing.length > 0) throw new CommandError(`required flag(s) ${missing.sort().join(', ')} not provided`, hint);
    const argument = command?.argument;
    if (argument?.required === true && !this.#isGiven(argument.name)) {
      throw new CommandError(`required argument '${argument.name}' not provided`, hint);
    }
  }

  read(): Bare {
    const value = <T extends Value>(name: string, is: (value: Value) => value is T, none: T): T => {
      if (!this.#known.has(name)) throw new TypeError(`there is no ${name} on this command line`);
      const found = this.#values.get(name) ?? none;
      if (!is(found)) throw new TypeError(`${name} is of another kind`);
      return found;
    };
    return {
      text: (name) => value(name, (found) => typeof found === 'string', ''),
      texts: (name) => value<readonly string[]>(name, (found): found is readonly string[] => Array.isArray(found), []),
      flag: (name) => value(name, (found) => typeof found === 'boolean', false),
      number: (name) => value(name, (found) => typeof found === 'number', 0),
      has: (name) => this.#isGiven(name) || this.#defaults.has(name),
    };
  }

  #isGiven(name: string): boolean {
    return this.#line.given.some(({ spec }) => spec.name === name);
  }

  /** Whose value it is, is said where the error does not say it. */
  #set(name: string, kind: Kind, text: string, whose: string): void {
    const value = readValue(kind, text, whose);
    const before = this.#values.get(name);
    this.#values.set(name, addsUp(kind) ? [...(Array.isArray(before) ? before : []), String(value)] : value);
  }
}

function readValue(kind: Kind, text: string, whose: string): string | boolean | number {
  try {
    return parsed(kind, text);
  } catch (error) {
    if (error instanceof CommandError && error.hint === '') throw new CommandError(error.message, whose);
    throw error;
  }
}

function parsed(kind: Kind, text: string): string | boolean | number {
  switch (kind) {
    case 'text':
    case 'texts':
    case 'url':
      return text;
    case 'bool':
      return readBool(text);
    case 'span':
      return readSpan(text);
    case 'integer':
      return readInteger(text);
    case 'file':
    case 'files':
      return existing(text);
    case 'readable':
      return readable(text);
    default:
      if (kind.includes(text)) return text;
      throw new CommandError(`enum value must be one of ${kind.join(',')}, got '${text}'`);
  }
}

/** Go's `strconv.ParseBool`. */
function readBool(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new CommandError(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

function readInteger(text: string): number {
  const plain = text.replace(/(?<=\d)_(?=\d)/g, '');
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? Math.trunc(Number(plain)) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new CommandError(`strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
}

function readSpan(text: string): number {
  try {
    return parseFlagDuration(text);
  } catch (error) {
    if (error instanceof DurationError) throw new CommandError(error.message, 'Write it as 10s, 5m or 1h30m.');
    throw error;
  }
}

function existing(path: string): string {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandError(`path '${path}' does not exist`);
    throw new CommandError(describeFileError('stat', path, error));
  }
  if (isDirectory) throw new CommandError(`'${basename(path)}' is a directory`);
  return path;
}

function readable(path: string): string {
  try {
    closeSync(openSync(path, 'r'));
    return path;
  } catch (error) {
    throw new CommandError(describeFileError('open', path, error));
  }
}

/** What Go says of a file that cannot be had. */
export function describeFileError(action: string, path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'not a directory',
  };
  return `${action} ${path}: ${words[code ?? ''] ?? message}`;
}
