// The text of --help: what a command is for, its flags and arguments, the commands below it, examples.

import { type ArgumentSpec, addsUp, type CommandSpec, type FlagSpec } from './spec.ts';

const WIDTH = 80;
/** Where the explanations of flags begin; longer ones have them on the next line. */
const COLUMN = 28;

/** The help of the innermost of these commands, of the program when there are none. */
export function helpText(program: CommandSpec, commands: readonly CommandSpec[]): string {
  const selected = commands[commands.length - 1] ?? program;
  const path = [program, ...commands].map(({ name }) => name).join(' ');
  const own = commands.flatMap((command) => command.flags).filter(isShown);
  const below = selected.commands.length > 0 ? ' <command> [<args> ...]' : '';
  const lines = [`usage: ${path}${summary(selected)}${below}`, '', ...folded(selected.help, '')];
  for (const note of selected.notes ?? []) lines.push('', ...folded(note, ''));
  if (own.length > 0) lines.push('', 'Flags:', ...columns(own.map(flagRow)));
  const { argument } = selected;
  if (argument !== undefined)
    lines.push('', 'Args:', ...columns([[inBrackets(argument, `<${argument.name}>`), argument.help]]));
  if (selected.commands.length > 0) lines.push('', 'Commands:', ...selected.commands.flatMap((one) => listed(one, 1)));
  lines.push('', 'Examples:', ...examplesOf(selected).map((example) => `  ${program.name} ${example}`));
  const title = commands.length > 0 ? 'Flags of all commands:' : 'Flags:';
  lines.push('', title, ...columns(program.flags.filter(isShown).map(flagRow)));
  return `${lines.join('\n')}\n`;
}

/** Its own, or the first of each command below it. */
function examplesOf({ examples, commands }: CommandSpec): readonly string[] {
  return examples ?? commands.flatMap((below) => examplesOf(below).slice(0, 1));
}

/** The help of all commands. */
export function longHelpText(program: CommandSpec): string {
  const all = (commands: readonly CommandSpec[]): string[] => {
    const last = commands[commands.length - 1] ?? program;
    return [helpText(program, commands), ...last.commands.flatMap((below) => all([...commands, below]))];
  };
  return all([]).join(`\n${'-'.repeat(WIDTH)}\n\n`);
}

function isShown({ hidden }: FlagSpec): boolean {
  return hidden !== true;
}

function summary({ flags, argument }: CommandSpec): string {
  const required = flags.filter((flag) => flag.required === true).map((flag) => ` --${flag.name}=${placeholder(flag)}`);
  const rest = flags.some((flag) => flag.required !== true && flag.hidden !== true) ? ' [<flags>]' : '';
  return `${required.join('')}${rest}${argument === undefined ? '' : ` ${inBrackets(argument, argumentText(argument))}`}`;
}

function inBrackets({ required }: ArgumentSpec, text: string): string {
  return required === true ? text : `[${text}]`;
}

function argumentText({ name, kind }: ArgumentSpec): string {
  return `<${name}>${addsUp(kind) ? '...' : ''}`;
}

function listed(command: CommandSpec, depth: number): string[] {
  const star = command.isDefault === true ? '*' : '';
  return [
    `${'  '.repeat(depth)}${command.name}${star}${summary(command)}`,
    ...folded(command.help, '  '.repeat(depth + 2)),
    ...command.commands.flatMap((below) => listed(below, depth + 1)),
  ];
}

function flagRow(flag: FlagSpec): [string, string] {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
  const name = flag.kind === 'bool' ? `[no-]${flag.name}` : `${flag.name}=${placeholder(flag)}`;
  return [`${short}--${name}${addsUp(flag.kind) ? ' ...' : ''}`, flag.help];
}

function placeholder({ placeholder: given, default: initial, kind, name }: FlagSpec): string {
  if (given !== undefined) return given;
  if (initial === undefined && kind === 'span') return 'DURATION';
  // Of a name with dots the last word says what the value is.
  if (initial === undefined) return name.slice(name.lastIndexOf('.') + 1).toUpperCase();
  return kind === 'text' ? JSON.stringify(initial) : initial;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  return rows.flatMap(([left, right]) => {
    const text = folded(right, ' '.repeat(COLUMN));
    const begins = `  ${left}`;
    if (begins.length > COLUMN - 2) return [begins, ...text];
    return [begins.padEnd(COLUMN) + text[0]!.trimStart(), ...text.slice(1)];
  });
}

function folded(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => indent + one);
}
