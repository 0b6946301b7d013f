// The commands of tocsinctl and their flags: those of amtool under the same names. What a command does is loaded when it
// is called, so that `silence add` does not wait for a configuration parser.

import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DurationError, parseFlagDuration } from '../model/duration.ts';
import { packageFile } from '../runtime/paths.ts';
import { CommandError, type OutputFormat, ownTerminal, type Session, type Terminal } from './terminal.ts';

/** Runs a command line without the program's name; resolves to the exit code: 0, or 1 when something failed. */
export async function main(argv: readonly string[], terminal: Terminal = ownTerminal()): Promise<number> {
  const program = commands(terminal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError || error instanceof CommandError)) throw error;
    // Without a command the help is the answer.
    if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) return 0;
    terminal.err(`tocsinctl: error: ${error.message.replace(/^error: /, '')}\n`);
    return 1;
  }
}

function commands(terminal: Terminal): Command {
  const program = new Command('tocsinctl')
    .description('Look at and change what Tocsin, or an Alertmanager, has: its alerts, silences and configuration.')
    .version(`tocsinctl, version ${ownVersion()}`, '--version')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.out, outputError: () => {} })
    .option('--alertmanager.url <url>', 'the server to talk to', readUrl, new URL('http://localhost:9093'))
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(['simple', 'extended', 'json']).default('simple'),
    )
    .option('--date.format <layout>', 'how to print times, as a layout of Go', '2006-01-02 15:04:05 MST')
    .option('--timeout <duration>', 'how long a command may take', readDuration, 30_000)
    .option('-v, --verbose', 'print requests as they are made', false)
    .option('--no-version-check', "accepted for amtool's sake: versions are never compared")
    .addOption(
      new Option('--enable-feature <name>', 'which matcher syntax to speak').choices([
        'utf8-strict-mode',
        'classic-mode',
      ]),
    );

  const session = (): Session => {
    const options: Record<string, unknown> = program.opts();
    const feature = options['enableFeature'];
    return {
      terminal,
      url: options['alertmanager.url'] as URL,
      format: options['output'] as OutputFormat,
      dateFormat: options['date.format'] as string,
      timeoutMs: options['timeout'] as number,
      verbose: options['verbose'] === true,
      mode: feature === 'classic-mode' ? 'classic' : feature === 'utf8-strict-mode' ? 'utf8' : 'fallback',
    };
  };

  program
    .command('check-config')
    .description('say what is wrong with configuration files and their templates; standard input when none is named')
    .argument('[check-files...]')
    .action(async (files: string[]) => (await import('./check-config.ts')).checkConfig(session(), files));

  const config = program.command('config').description("the server's configuration");
  config
    .command('show', { isDefault: true })
    .description('print the configuration that is in force')
    .action(async () => (await import('./config-show.ts')).showConfig(session()));

  alertCommands(program, session);
  silenceCommands(program, session);
  return program;
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
}

function alertCommands(program: Command, session: () => Session): void {
  const alert = program.command('alert').description('alerts');
  alert
    .command('query', { isDefault: true })
    .description('print alerts; active ones unless a state is given')
    .argument('[matchers...]', 'which alerts; a first word that is no matcher is an alertname')
    .option('-i, --inhibited', 'inhibited alerts', false)
    .option('-s, --silenced', 'silenced alerts', false)
    .option('-a, --active', 'active alerts', false)
    .option('-u, --unprocessed', 'unprocessed alerts', false)
    .option('-r, --receiver <regex>', 'alerts of receivers with such names', '')
    .action(async (matchers: string[], options) =>
      (await import('./alert-query.ts')).queryAlerts(session(), matchers, options),
    );
  alert
    .command('add')
    .description('report an alert')
    .argument('[labels...]', 'name=value; a first word that is none is the alertname')
    .option('--annotation <name=value>', 'an annotation; may be repeated', collect, [])
    .option('--generator-url <url>', 'where the alert comes from', '')
    .option('--start <time>', 'when it started; now unless given')
    .option('--end <time>', 'when it ends')
    .action(async (labels: string[], options) => (await import('./alert-add.ts')).addAlert(session(), labels, options));
}

function silenceCommands(program: Command, session: () => Session): void {
  const silence = program.command('silence').description('silences');
  silence
    .command('query', { isDefault: true })
    .description('print silences that are not expired')
    .argument('[matchers...]', 'which silences; a first word that is no matcher is an alertname')
    .option('--expired', 'expired ones instead', false)
    .option('-q, --quiet', 'print ids alone', false)
    .option('--created-by <name>', 'those of that author')
    .option('--id <id>', 'the one with that id')
    .option('--within <duration>', 'those that expire, or expired, within that time', readDuration, 0)
    .action(async (matchers: string[], options) =>
      (await import('./silence-query.ts')).querySilences(session(), matchers, options),
    );
  silence
    .command('add')
    .description('silence alerts; prints the id')
    .argument('[matchers...]', 'which alerts; a first word that is no matcher is an alertname')
    .option('-a, --author <name>', 'who does it; you unless given')
    .option('-c, --comment <text>', 'why', '')
    .option('--no-require-comment', 'do without a comment')
    .option('-d, --duration <duration>', 'for how long', '1h')
    .option('--start <time>', 'from when; now unless given')
    .option('--end <time>', 'until when, in place of a duration')
    .option('--annotation <name=value>', 'an annotation; may be repeated', collect, [])
    .action(async (matchers: string[], options) =>
      (await import('./silence-add.ts')).addSilence(session(), matchers, options),
    );
  silence
    .command('expire')
    .description('end silences')
    .argument('[silence-ids...]')
    .action(async (ids: string[]) => (await import('./silence-expire.ts')).expireSilences(session(), ids));
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError('write it as http://localhost:9093');
}

function readDuration(text: string): number {
  try {
    return parseFlagDuration(text);
  } catch (error) {
    if (error instanceof DurationError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
