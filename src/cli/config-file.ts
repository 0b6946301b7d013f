// A configuration for a command to look into: from a file, or the one that a server has in force.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Parsed, parseConfig } from '../config/parse.ts';
import type { Config } from '../model/config.ts';
import type { MatcherMode } from '../model/matcher-parse.ts';
import { settingsTables } from '../receivers/settings/table.ts';
import { type SourceFlags, sourcesOf } from '../runtime/config-sources.ts';
import type { ApiStatus } from './api-types.ts';
import { callApi } from './client.ts';
import { describeErrors } from './problems.ts';
import { CommandError } from './terminal.ts';
import { describeFileError, type Values } from './values.ts';

/** What may be taken from outside of a file: as the server's flags of these names. */
export interface FileOptions extends Partial<SourceFlags> {
  readonly hints?: boolean;
}

/** Throws a `CommandError` when the file cannot be read; what is wrong in it is in the answer, hints too if they are wanted. */
export function parseFile(file: string, mode: MatcherMode, options: FileOptions = {}): Parsed {
  const { hints = false, expandEnv = false, include = false } = options;
  const path = resolve(file);
  const bytes = readBytes(file);
  return parseConfig(bytes, {
    file: path,
    tables: settingsTables,
    mode,
    hints,
    ...sourcesOf(path, { expandEnv, include }),
  });
}

/** What standard input is called. */
export const STDIN = '/dev/stdin';

/** Of a file, or of standard input, which need not be one that can be opened anew. Throws a `CommandError`. */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === STDIN ? 0 : file);
  } catch (error) {
    throw new CommandError(describeFileError('open', file, error));
  }
}

/** The configuration of `--config.file`, or of the server when there is none. */
export async function configOf(given: Values): Promise<Config> {
  const { session } = given;
  const file = given.text('config.file');
  const parsed =
    file === '' ? parseServers(await callApi(session, 'getStatus'), session.mode) : parseFile(file, session.mode);
  if (file !== '' && session.urlGiven) {
    session.terminal.err('Warning: --config.file flag overrides the --alertmanager.url.\n');
  }
  if (parsed.config === undefined) throw new CommandError(describeErrors(parsed.problems));
  return parsed.config;
}

function parseServers(status: unknown, mode: MatcherMode): Parsed {
  const { original } = (status as ApiStatus).config;
  return parseConfig(original, { file: "the server's configuration", tables: settingsTables, mode });
}
