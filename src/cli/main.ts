// The `tocsinctl` command: from the words of a command line to the command that does it, and its exit code. The order of
// the steps is that of amtool, because it decides which of several mistakes is reported.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { MatcherMode } from '../model/matcher-parse.ts';
import { FEATURES } from '../runtime/flags-table.ts';
import { packageFile } from '../runtime/paths.ts';
import { PROGRAM } from './commands.ts';
import { ASKING_FLAG, candidates, completionScript } from './completion.ts';
import { configFiles, readDefaults } from './defaults.ts';
import { helpText, longHelpText } from './help.ts';
import { type CommandLine, parseCommandLine } from './parse.ts';
import {
  CommandError,
  type OutputFormat,
  ownTerminal,
  type Session,
  SilentFailure,
  type Terminal,
} from './terminal.ts';
import { type Bare, defaultsFor, describeFileError, ValueTable } from './values.ts';

/** What of the world a command line depends on. */
export interface Surroundings {
  readonly terminal: Terminal;
  /** Files with defaults for flags; the first one that has a name counts. */
  readonly configFiles: readonly string[];
}

/** Runs a command line without the program's name; resolves to the exit code: 0, or 1 when something failed. */
export async function main(argv: readonly string[], surroundings: Partial<Surroundings> = {}): Promise<number> {
  const terminal = surroundings.terminal ?? ownTerminal();
  const files = surroundings.configFiles ?? configFiles(process.env['HOME'] ?? homedir());
  try {
    await run(argv, terminal, files);
    return 0;
  } catch (error) {
    if (error instanceof SilentFailure) return 1;
    terminal.err(describe(error, argv, terminal));
    return 1;
  }
}

/** A failure that nobody has thought of is a line, too; where it happened is for those who ask. */
function describe(error: unknown, argv: readonly string[], { forScripts = false }: Terminal): string {
  if (error instanceof CommandError) {
    return `${PROGRAM.name}: error: ${error.message}\n${error.hint === '' || forScripts ? '' : `  ${error.hint}\n`}`;
  }
  if (!(error instanceof Error)) return `${PROGRAM.name}: error: ${String(error)}\n`;
  const verbose = argv.includes('-v') || argv.includes('--verbose');
  const hint = verbose
    ? error.stack
    : `This is a mistake in ${PROGRAM.name}: please report it with what --verbose prints.`;
  return `${PROGRAM.name}: error: ${error.message}\n  ${hint}\n`;
}

async function run(argv: readonly string[], terminal: Terminal, files: readonly string[]): Promise<void> {
  const now = Date.now();
  if (argv[0] === ASKING_FLAG) return terminal.out(candidates(PROGRAM, argv.slice(1)).join('\n'));
  const all = await readDefaults(files);
  const line = parse(argv);
  if (line.error !== undefined) throw line.error;
  const defaults = defaultsFor(line, PROGRAM.flags, all);
  const values = new ValueTable(line, defaults);
  const asked = (name: string): boolean => line.given.some(({ spec, isFlag }) => isFlag && spec.name === name);
  if (!asked('help') && !asked('version')) values.setDefaults();
  let wrong: CommandError | undefined;
  try {
    values.setGiven();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    wrong = error;
  }
  if (asked('version')) return terminal.out(`${PROGRAM.name}, version ${ownVersion()}\n`);
  for (const shell of ['bash', 'zsh']) {
    if (asked(`completion-script-${shell}`)) return terminal.out(completionScript(PROGRAM, shell));
  }
  if (asked('help-long') || asked('help-man')) return terminal.out(longHelpText(PROGRAM));
  const [first] = line.commands;
  if (first?.name === 'help') return help(terminal, values.read().texts('command'));
  if (asked('help')) return terminal.out(helpText(PROGRAM, parse(argv, true).commands));
  if (wrong !== undefined) throw wrong;
  values.checkRequired();
  const bare = values.read();
  const session = sessionOf(bare, terminal, now);
  const command = line.commands[line.commands.length - 1];
  if (command?.name === 'completion') return terminal.out(completionScript(PROGRAM, bare.text('shell')));
  if (command?.run === undefined) return terminal.out(helpText(PROGRAM, line.commands));
  if (line.meant !== undefined && terminal.forScripts !== true) {
    const path = line.commands.map(({ name }) => name).join(' ');
    terminal.err(`Note: this is "${path}". Did you mean "${line.meant}"?\n`);
  }
  await command.run({ ...bare, session });
}

function parse(argv: readonly string[], ignoreDefaults = false): CommandLine {
  return parseCommandLine(PROGRAM, argv, { expand: readWords, ignoreDefaults });
}

function help(terminal: Terminal, words: readonly string[]): void {
  const line = parse(words, true);
  if (line.error !== undefined) throw line.error;
  terminal.out(helpText(PROGRAM, line.commands));
}

/** A word on each line; `#` begins a comment. */
function readWords(path: string): string[] {
  if (path === '') throw new Error('expected @ file to expand arguments from');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // A folder can be opened, and not read.
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') {
      throw new Error(`failed to read arguments from "${path}": ${describeFileError('read', path, error)}`);
    }
    throw new Error(`failed to open arguments file "${path}": ${describeFileError('open', path, error)}`);
  }
  return text.split(/\r?\n/).filter((line) => !line.startsWith('#') && line.trim() !== '');
}

function sessionOf(given: Bare, terminal: Terminal, now: number): Session {
  return {
    terminal,
    url: given.text('alertmanager.url'),
    urlGiven: given.has('alertmanager.url'),
    httpConfigFile: given.text('http.config.file'),
    format: given.text('output') as OutputFormat,
    dateFormat: given.text('date.format'),
    timeoutMs: given.number('timeout'),
    now,
    mode: modeOf(given.text('enable-feature')),
    verbose: given.flag('verbose'),
  };
}

function modeOf(features: string): MatcherMode {
  const names = features === '' ? [] : features.split(',');
  for (const name of names) {
    if (FEATURES.some((known) => known === name)) continue;
    throw new CommandError(`error parsing the feature flag list: unknown option '${name}' for --enable-feature`);
  }
  const [classic, utf8] = [names.includes('classic-mode'), names.includes('utf8-strict-mode')];
  if (classic && utf8) {
    throw new CommandError('error parsing the feature flag list: cannot have both classic and UTF-8 modes enabled');
  }
  return classic ? 'classic' : utf8 ? 'utf8' : 'fallback';
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
}
