// Reads the configuration and its templates from disk, whole or not at all.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseConfig } from '../config/parse.ts';
import type { Config } from '../model/config.ts';
import type { MatcherMode } from '../model/matcher-parse.ts';
import { describeProblem, type Problem } from '../model/problem.ts';
import { settingsTables } from '../receivers/settings/table.ts';
import { parseTemplates, TemplateError, type TemplateFile, type TemplateFiles } from '../template/templates.ts';
import { type SourceFlags, sourcesOf } from './config-sources.ts';
import type { Equipment } from './deliver.ts';
import { globFiles } from './glob.ts';
import { packageFile } from './paths.ts';
import { unknownTemplates } from './unknown-templates.ts';

/** The configuration cannot be used. The message has every problem, one a line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = []) {
    super(message);
    this.problems = problems;
  }
}

export interface Loaded extends Equipment {
  /** What is worth a look and refuses nothing. */
  readonly warnings: readonly Problem[];
}

/** Rejects with a `ConfigurationError` when the file or one of its templates cannot be read or used. */
export async function loadConfiguration(
  file: string,
  mode: MatcherMode,
  flags: SourceFlags = { expandEnv: false, include: false },
): Promise<Loaded> {
  const path = resolve(file);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ConfigurationError(`cannot read the configuration: ${reason(error)}`);
  }
  const {
    config,
    problems,
    templates: uses = [],
  } = parseConfig(bytes, {
    file: path,
    tables: settingsTables,
    mode,
    ...sourcesOf(path, flags),
  });
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (config === undefined || errors.length > 0) {
    const text = errors.map(describeProblem).join('\n');
    throw new ConfigurationError(`${path} has ${count(errors.length)}:\n${text}`, errors);
  }
  const templates = await loadTemplates(config);
  const warnings = [...problems.filter(({ severity }) => severity === 'warning'), ...unknownTemplates(uses, templates)];
  return { config, templates, warnings };
}

/** Our defaults first, as in Alertmanager, then the operator's files, which may redefine them. */
export async function loadTemplates(config: Pick<Config, 'templates'>): Promise<TemplateFiles> {
  const files: TemplateFile[] = await Promise.all(
    ['default.tmpl', 'email.tmpl'].map((name) => read(packageFile('templates', name))),
  );
  for (const pattern of config.templates) {
    let paths: string[];
    try {
      paths = globFiles(pattern);
    } catch (error) {
      throw new ConfigurationError(`templates: ${reason(error)}`);
    }
    for (const path of paths) files.push(await read(path));
  }
  try {
    return parseTemplates(files);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { problems } = error;
    const text = problems.length === 0 ? error.message : problems.map(describeProblem).join('\n');
    throw new ConfigurationError(`templates: ${text}`, problems);
  }
}

async function read(path: string): Promise<TemplateFile> {
  try {
    return { name: path, text: await readFile(path, 'utf8') };
  } catch (error) {
    throw new ConfigurationError(`cannot read the template: ${reason(error)}`);
  }
}

function count(n: number): string {
  return n === 1 ? 'a problem' : `${n} problems`;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
