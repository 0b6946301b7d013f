// `tocsinctl check-config`: every problem of every file, and whether the server would take it.

import { fstatSync } from 'node:fs';
import { describeProblem } from '../model/problem.ts';
import { ConfigurationError, loadTemplates } from '../runtime/configuration.ts';
import { parseFile } from './config-file.ts';
import { describeErrors } from './problems.ts';
import { CommandError, type Session } from './terminal.ts';
import type { Values } from './values.ts';

export async function checkConfig(given: Values): Promise<void> {
  const { session } = given;
  let files = given.texts('check-files');
  if (files.length === 0) {
    if (fstatSync(0).isCharacterDevice()) throw new CommandError('Failed to read from standard input');
    files = ['/dev/stdin'];
  }
  let failed = 0;
  for (const file of files) {
    failed += await checkFile(session, file);
    session.terminal.out('\n');
  }
  if (failed > 0) throw new CommandError(`failed to validate ${failed} file(s)`);
}

/** How many failures there are: of the file, or of its templates. */
async function checkFile({ terminal, mode }: Session, file: string): Promise<number> {
  terminal.out(`Checking '${file}'`);
  const { config, problems } = parseFile(file, mode);
  if (config === undefined) {
    terminal.out(`  FAILED: ${indented(describeErrors(problems))}\n`);
    return 1;
  }
  terminal.out('  SUCCESS\n');
  for (const warning of problems.filter(({ severity }) => severity === 'warning')) {
    terminal.err(`  WARNING: ${describeProblem(warning)}\n`);
  }
  terminal.out('Found:\n - global config\n - route\n');
  terminal.out(` - ${config.inhibitRules.length} inhibit rules\n`);
  terminal.out(` - ${config.receivers.length} receivers\n`);
  terminal.out(` - ${config.templates.length} templates\n`);
  if (config.templates.length === 0) return 0;
  try {
    await loadTemplates(config);
    terminal.out('  SUCCESS\n');
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    terminal.out(`  FAILED: ${indented(error.message)}\n`);
    return 1;
  }
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
