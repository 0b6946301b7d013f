// `tocsinctl check-config`: every problem of every file, and whether the server would take it. In amtool's form for
// people and scripts, as JSON, or as annotations for GitHub.

import { fstatSync } from 'node:fs';
import type { Config } from '../model/config.ts';
import type { Problem } from '../model/problem.ts';
import { ConfigurationError, loadTemplates } from '../runtime/configuration.ts';
import { unknownTemplates } from '../runtime/unknown-templates.ts';
import type { TemplateFiles } from '../template/templates.ts';
import { parseFile, sourceFlags } from './config-file.ts';
import { STDIN } from './input.ts';
import { painted } from './paint.ts';
import { describeAdvice, describeErrors, githubAnnotation } from './problems.ts';
import { json } from './table.ts';
import { CommandError } from './terminal.ts';
import type { Values } from './values.ts';

interface Checked {
  readonly file: string;
  readonly config: Config | undefined;
  /** Of the file; without hints unless they were asked for. */
  readonly problems: readonly Problem[];
  /** Why its templates cannot be used. */
  readonly templates: ConfigurationError | undefined;
}

export async function checkConfig(given: Values): Promise<void> {
  const files = filesOf(given);
  const format = given.text('format');
  const all: Checked[] = [];
  for (const file of files) {
    const checked = await check(file, given);
    if (format === 'text') print(checked, given);
    all.push(checked);
  }
  const { terminal } = given.session;
  const problems = all.flatMap(problemsOf);
  if (format === 'json') terminal.out(json(problems));
  if (format === 'github') for (const problem of problems) terminal.out(`${githubAnnotation(problem, folder())}\n`);
  const failed = all.filter(({ config, templates }) => config === undefined || templates !== undefined);
  if (failed.length > 0) throw new CommandError(`failed to validate ${failed.length} file(s)`);
  const advised = all.filter((one) => one.problems.length > 0);
  if (given.flag('lint-fatal') && advised.length > 0) {
    throw new CommandError(`there is something to mend in ${advised.length} file(s)`);
  }
}

/** Where this runs; the root where that has been deleted. */
function folder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function filesOf(given: Values): readonly string[] {
  const files = given.texts('check-files');
  if (files.length > 0) return files;
  if (fstatSync(0).isCharacterDevice())
    throw new CommandError(
      'Failed to read from standard input',
      'Name the files, as in "check-config alertmanager.yml", or pipe one into it.',
    );
  return [STDIN];
}

async function check(file: string, given: Values): Promise<Checked> {
  const options = {
    hints: given.flag('lint') || given.flag('lint-fatal'),
    retentionMs: given.number('data.retention'),
    ...sourceFlags(given),
  };
  try {
    const { config, problems, templates: uses = [] } = await parseFile(file, given.session.mode, options);
    const loaded = await templatesOf(config);
    if (loaded instanceof ConfigurationError) return { file, problems, config, templates: loaded };
    const unknown = loaded === undefined ? [] : unknownTemplates(uses, loaded);
    return { file, problems: [...problems, ...unknown], config, templates: undefined };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const problem: Problem = { file, line: 0, column: 0, path: '', message: error.message, severity: 'error' };
    return { file, problems: [problem], config: undefined, templates: undefined };
  }
}

async function templatesOf(config: Config | undefined): Promise<TemplateFiles | ConfigurationError | undefined> {
  try {
    return config === undefined ? undefined : await loadTemplates(config);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

/** As amtool prints it. Advice goes to standard error unless it is what was asked for. */
function print({ file, config, problems, templates }: Checked, given: Values): void {
  const { terminal } = given.session;
  const [success, failed] = [painted(terminal, 'green', 'SUCCESS'), painted(terminal, 'red', 'FAILED')];
  if (config === undefined) {
    terminal.out(`Checking '${file}'  ${failed}: ${indented(describeErrors(problems))}\n\n`);
    return;
  }
  terminal.out(`Checking '${file}'  ${success}\n`);
  const tell = given.flag('lint') || given.flag('lint-fatal') ? terminal.out : terminal.err;
  for (const problem of problems) tell(`  ${describeAdvice(problem)}\n`);
  terminal.out('Found:\n - global config\n - route\n');
  terminal.out(` - ${config.inhibitRules.length} inhibit rules\n`);
  terminal.out(` - ${config.receivers.length} receivers\n`);
  terminal.out(` - ${config.templates.length} templates\n`);
  if (config.templates.length > 0) {
    terminal.out(templates === undefined ? `  ${success}\n` : `  ${failed}: ${indented(templates.message)}\n`);
  }
  terminal.out('\n');
}

/** Those of templates may be without a place, when a file cannot be read. */
function problemsOf({ file, problems, templates }: Checked): readonly Problem[] {
  if (templates === undefined) return problems;
  if (templates.problems.length > 0) return [...problems, ...templates.problems];
  return [...problems, { file, line: 0, column: 0, path: 'templates', message: templates.message, severity: 'error' }];
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
