// `tocsinctl check-config`: every problem of every file, and whether the server would take it.

import { fstatSync } from 'node:fs';
import { describeProblem } from '../model/problem.ts';
import { ConfigurationError, loadConfiguration } from '../runtime/configuration.ts';
import { CommandError, type Session } from './terminal.ts';

export async function checkConfig(session: Session, files: readonly string[]): Promise<void> {
  const { terminal, mode } = session;
  if (files.length === 0 && fstatSync(0).isCharacterDevice()) {
    throw new CommandError('name a file, or write one to standard input');
  }
  let failed = 0;
  for (const file of files.length === 0 ? ['/dev/stdin'] : files) {
    terminal.out(`Checking '${file}'`);
    try {
      const { config, warnings } = await loadConfiguration(file, mode);
      terminal.out('  SUCCESS\n');
      for (const warning of warnings) terminal.out(`  WARNING: ${describeProblem(warning)}\n`);
      terminal.out('Found:\n - global config\n - route\n');
      terminal.out(` - ${config.inhibitRules.length} inhibit rules\n`);
      terminal.out(` - ${config.receivers.length} receivers\n`);
      terminal.out(` - ${config.templates.length} templates\n`);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      failed++;
      terminal.out(`  FAILED: ${error.message.replaceAll('\n', '\n  ')}\n`);
    }
    terminal.out('\n');
  }
  if (failed > 0) throw new CommandError(`failed to validate ${failed} file(s)`);
}
