// Command lines read as kingpin reads them, the library of amtool: flags anywhere, `--no-x`, joined short flags, `--`,
// `@file`, commands that are meant where none is named. Its order of steps is kept, because the errors depend on it.

import { quote } from '../model/gostring.ts';
import { commandHint, flagHint, misspeltCommand, type Place, wordHint } from './did-you-mean.ts';
import { type ArgumentSpec, addsUp, type CommandSpec, type FlagSpec } from './spec.ts';
import { CommandError } from './terminal.ts';

export interface Given {
  readonly spec: FlagSpec | ArgumentSpec;
  readonly value: string;
  /** Whether it came as a flag. */
  readonly isFlag: boolean;
}

export interface CommandLine {
  /** From the outermost to the one that is selected; without the program itself. */
  readonly commands: readonly CommandSpec[];
  /** All flags that these commands, and the program, have. */
  readonly flags: readonly FlagSpec[];
  /** In the order in which they were given. */
  readonly given: readonly Given[];
  /** The command that the first argument looks like, where none is named: it is an argument all the same. */
  readonly meant: string | undefined;
  readonly error?: CommandError;
}

export interface ParseOptions {
  /** Lines of a file that `@path` stands for; throws when it cannot be read. */
  readonly expand: (path: string) => readonly string[];
  /** Take no command that is not named: for the help. */
  readonly ignoreDefaults?: boolean;
}

type Token = { readonly type: 'long' | 'short' | 'word' | 'end' | 'error'; readonly text: string };

const END: Token = { type: 'end', text: '' };

/** The words, with what was found out about flags so far. */
class Words {
  readonly #raw: readonly string[];
  readonly #expand: ParseOptions['expand'];
  readonly #ahead: Token[] = [];
  #left: string[];
  #taken = 0;
  #onlyWords = false;
  readonly #short: Map<string, FlagSpec>;

  constructor(words: readonly string[], short: Map<string, FlagSpec>, expand: ParseOptions['expand']) {
    this.#raw = words;
    this.#left = [...words];
    this.#short = short;
    this.#expand = expand;
  }

  peek(): Token {
    if (this.#ahead.length === 0) this.#ahead.push(this.#read());
    return this.#ahead[this.#ahead.length - 1]!;
  }

  next(): Token {
    return this.#ahead.pop() ?? this.#read();
  }

  push(token: Token): void {
    this.#ahead.push(token);
  }

  #read(): Token {
    const word = this.#left[0];
    if (word === undefined) return END;
    if (this.#taken > 0 && this.#raw[this.#taken - 1] === '--') this.#onlyWords = true;
    this.#left.shift();
    this.#taken++;
    if (this.#onlyWords) return { type: 'word', text: word };
    if (word === '--') return this.#read();
    if (word.startsWith('--')) return this.#long(word.slice(2));
    if (word === '-') return { type: 'word', text: '' };
    if (word.startsWith('-')) return this.#shorts([...word.slice(1)]);
    if (word.startsWith('@')) return this.#file(word.slice(1));
    return { type: 'word', text: word };
  }

  #long(text: string): Token {
    const equals = text.indexOf('=');
    if (equals < 0) return { type: 'long', text };
    this.#ahead.push({ type: 'word', text: text.slice(equals + 1) });
    return { type: 'long', text: text.slice(0, equals) };
  }

  #shorts([first = '', ...rest]: readonly string[]): Token {
    const flag = this.#short.get(first);
    if (rest.length > 0) {
      if (flag === undefined || flag.kind === 'bool') this.#left.unshift(`-${rest.join('')}`);
      else this.#ahead.push({ type: 'word', text: rest.join('') });
    }
    return { type: 'short', text: first };
  }

  #file(path: string): Token {
    try {
      this.#left.unshift(...this.#expand(path));
    } catch (error) {
      return { type: 'error', text: error instanceof Error ? error.message : String(error) };
    }
    return this.#read();
  }
}

/** Never throws: the error is part of the answer, because the help may be wanted all the same. */
export function parseCommandLine(program: CommandSpec, words: readonly string[], options: ParseOptions): CommandLine {
  const line = new Line(program, words, options);
  try {
    line.read();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { ...line.found(), error };
  }
  return line.found();
}

class Line {
  readonly #words: Words;
  readonly #long = new Map<string, FlagSpec>();
  readonly #short = new Map<string, FlagSpec>();
  readonly #commands: CommandSpec[] = [];
  readonly #given: Given[] = [];
  #choices: readonly CommandSpec[];
  #argument: ArgumentSpec | undefined;
  readonly #defaults: boolean;
  readonly #program: CommandSpec;
  /** How many of the commands were named. */
  #named = 0;

  constructor(program: CommandSpec, words: readonly string[], options: ParseOptions) {
    this.#words = new Words(words, this.#short, options.expand);
    this.#defaults = options.ignoreDefaults !== true;
    this.#program = program;
    this.#choices = program.commands;
    this.#know(program.flags);
  }

  found(): Omit<CommandLine, 'error'> {
    const meant = misspeltCommand(this.#place());
    return { commands: this.#commands, flags: [...this.#long.values()], given: this.#given, meant };
  }

  read(): void {
    for (let going = true; going; ) {
      const token = this.#words.peek();
      if (token.type === 'end' || token.type === 'error') going = false;
      else if (token.type === 'word') going = this.#word(token);
      else this.#flagOrDefault(token);
    }
    while (this.#defaults && this.#default() !== undefined) this.#select(this.#default()!);
    const token = this.#words.peek();
    if (token.type === 'error') throw new CommandError(token.text);
    if (token.type !== 'end') {
      throw new CommandError(`unexpected ${shown(token)}`, wordHint(this.#place(), token.text));
    }
  }

  #place(): Place {
    return {
      program: this.#program,
      commands: this.#commands,
      flags: this.#long.values(),
      named: this.#named,
      argument: this.#given.find(({ isFlag }) => !isFlag)?.value,
    };
  }

  #word(token: Token): boolean {
    if (this.#choices.length > 0) {
      const named = this.#choices.find(({ name }) => name === token.text);
      const command = named ?? (this.#defaults ? this.#default() : undefined);
      if (command === undefined) {
        throw new CommandError(`expected command but got ${quote(token.text)}`, commandHint(this.#place(), token.text));
      }
      this.#select(command);
      if (named !== undefined) {
        this.#named = this.#commands.length;
        this.#words.next();
      }
      return true;
    }
    if (this.#argument === undefined) return false;
    this.#given.push({ spec: this.#argument, value: token.text, isFlag: false });
    if (!addsUp(this.#argument.kind)) this.#argument = undefined;
    this.#words.next();
    return true;
  }

  /** What is no flag here may be one of the command that is meant where none is named. */
  #flagOrDefault(token: Token): void {
    try {
      this.#flag(token);
    } catch (error) {
      const command = this.#defaults ? this.#default() : undefined;
      if (!(error instanceof CommandError) || command === undefined) throw error;
      this.#select(command);
    }
  }

  #flag(token: Token): void {
    const inverted = token.type === 'long' && !this.#long.has(token.text) && token.text.startsWith('no-');
    const name = inverted ? token.text.slice(3) : token.text;
    const flag = (token.type === 'long' ? this.#long : this.#short).get(name);
    if (flag === undefined || (inverted && flag.kind !== 'bool')) {
      const type = token.type === 'long' ? 'long' : 'short';
      throw new CommandError(`unknown ${type} flag '${shown(token)}'`, flagHint(this.#place(), type, name));
    }
    this.#words.next();
    let value = inverted ? 'false' : 'true';
    if (flag.kind !== 'bool') {
      const next = this.#words.peek();
      if (next.type !== 'word') {
        // Once more than it was there, as in kingpin: what comes after a missing value goes wrong as well.
        this.#words.push(next);
        throw new CommandError(
          `expected argument for flag '${shown(token)}'`,
          `As in ${token.type === 'long' ? `${shown(token)}=VALUE` : `${shown(token)} VALUE`}.`,
        );
      }
      this.#words.next();
      value = next.text;
    }
    this.#given.push({ spec: flag, value, isFlag: true });
  }

  #default(): CommandSpec | undefined {
    return this.#choices.find(({ isDefault }) => isDefault === true);
  }

  #select(command: CommandSpec): void {
    this.#commands.push(command);
    this.#choices = command.commands;
    this.#argument = command.argument;
    this.#know(command.flags);
  }

  #know(flags: readonly FlagSpec[]): void {
    for (const flag of flags) {
      this.#long.set(flag.name, flag);
      if (flag.short !== undefined) this.#short.set(flag.short, flag);
    }
  }
}

function shown({ type, text }: Token): string {
  return type === 'long' ? `--${text}` : type === 'short' ? `-${text}` : text;
}
