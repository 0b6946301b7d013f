// What a word of a command line that is not known was probably meant to be: another command, another flag, or a flag of
// another command. It is said beside the error, never done.

import { nearest } from '../config/suggest.ts';
import type { CommandSpec, FlagSpec } from './spec.ts';

/** Where a command line has got to. */
export interface Place {
  readonly program: CommandSpec;
  /** From the outermost to the innermost. */
  readonly commands: readonly CommandSpec[];
  /** The flags of those, and the program's. */
  readonly flags: Iterable<FlagSpec>;
  /** How many of the commands were named, rather than meant by default. */
  readonly named: number;
  /** The first word that is an argument, if there is one. */
  readonly argument: string | undefined;
}

/** For a word that is no matcher. */
export const MATCHER_HINT = "Write it as name=value, name!=value, 'name=~regex' or 'name!~regex'.";

/** For a word where a command must stand. */
export function commandHint(place: Place, word: string): string {
  const meant = nearestCommand(place, word);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return `"${[place.program, ...place.commands].map(({ name }) => name).join(' ')} --help" lists the commands.`;
}

/** For a flag that is not known there, written without its dashes. */
export function flagHint(place: Place, type: 'long' | 'short', name: string): string {
  const { program, commands, named } = place;
  // A misspelt command counts as an argument of the one that is meant by default.
  const command = misspeltCommand(place);
  if (command !== undefined) return `Did you mean the command "${command}"?`;
  const shown = [...place.flags].filter(({ hidden }) => hidden !== true);
  const near =
    type === 'long'
      ? nearestWord(
          name,
          shown.map((flag) => flag.name),
        )
      : undefined;
  if (near !== undefined) return `Did you mean --${near}?`;
  if (type === 'short' && shown.some((flag) => flag.name === name)) return `Did you mean --${name}?`;
  const owners = ownersOf(program.commands, '', (flag) => (type === 'long' ? flag.name : flag.short) === name);
  if (owners.length > 0) return `It is a flag of "${owners.join('", "')}".`;
  return `"${[program, ...commands.slice(0, named)].map((one) => one.name).join(' ')} --help" lists the flags.`;
}

/** For a word too many. */
export function wordHint(place: Place, word: string): string {
  const command = place.named === place.commands.length ? undefined : nearestCommand(place, word);
  return command === undefined ? '' : `Did you mean "${command}"?`;
}

/** The command that was meant by an argument of another one, which is meant where none is named. */
export function misspeltCommand(place: Place): string | undefined {
  const { argument, named, commands } = place;
  return argument === undefined || named === commands.length ? undefined : nearestCommand(place, argument);
}

/** The only one that begins so, or else the nearest. */
function nearestWord(word: string, known: readonly string[]): string | undefined {
  const begun = known.filter((one) => word !== '' && one.startsWith(word));
  return begun.length === 1 ? begun[0] : nearest(word, new Set(known));
}

/** With the commands before it. */
function nearestCommand({ program, commands, named }: Place, word: string): string | undefined {
  const path = commands.slice(0, named);
  const siblings = (path[path.length - 1] ?? program).commands.map(({ name }) => name);
  const meant = nearestWord(word, siblings);
  return meant === undefined ? undefined : [...path.map(({ name }) => name), meant].join(' ');
}

function ownersOf(commands: readonly CommandSpec[], before: string, has: (flag: FlagSpec) => boolean): string[] {
  return commands.flatMap((command) => {
    const path = `${before}${command.name}`;
    return command.flags.some((flag) => flag.hidden !== true && has(flag))
      ? [path]
      : ownersOf(command.commands, `${path} `, has);
  });
}
