// A configuration for a command to look into: from a file, or the one that a server has in force.

import { resolve } from 'node:path';
import { type Parsed, parseConfig } from '../config/parse.ts';
import type { Config } from '../model/config.ts';
import type { MatcherMode } from '../model/matcher-parse.ts';
import { settingsTables } from '../receivers/settings/table.ts';
import { type SourceFlags, sourcesOf } from '../runtime/config-sources.ts';
import { statusIn } from './answers.ts';
import { callApi } from './client.ts';
import { readBytes } from './input.ts';
import { describeErrors } from './problems.ts';
import { CommandError } from './terminal.ts';
import type { Values } from './values.ts';

/** What may be taken from outside of a file: as the server's flags of these names. */
export interface FileOptions extends Partial<SourceFlags> {
  readonly hints?: boolean;
  /** What hints go by: the server's `--data.retention`, milliseconds. */
  readonly retentionMs?: number;
}

/** Rejects with a `CommandError` when the file cannot be read; what is wrong in it is in the answer, hints too if they are wanted. */
export async function parseFile(file: string, mode: MatcherMode, options: FileOptions = {}): Promise<Parsed> {
  const { hints = false, expandEnv = false, include = false, retentionMs } = options;
  const path = resolve(file);
  const bytes = await readBytes(file);
  return parseConfig(bytes, {
    file: path,
    tables: settingsTables,
    mode,
    hints,
    ...(retentionMs === undefined ? {} : { retentionMs }),
    ...sourcesOf(path, { expandEnv, include }),
  });
}

/** What the command line allows a configuration to take from outside of its file. */
export function sourceFlags(given: Values): SourceFlags {
  return { expandEnv: given.flag('config.expand-env'), include: given.flag('config.include') };
}

/** The configuration of `--config.file`, or of the server when there is none. */
export async function configOf(given: Values): Promise<Config> {
  const { session } = given;
  const file = given.text('config.file');
  const flags = sourceFlags(given);
  const parsed =
    file === ''
      ? parseServers(await callApi(session, 'getStatus'), session.mode, flags)
      : await parseFile(file, session.mode, flags);
  if (file !== '' && session.urlGiven) {
    session.terminal.err('Warning: --config.file flag overrides the --alertmanager.url.\n');
  }
  if (parsed.config === undefined) throw new CommandError(describeErrors(parsed.problems));
  return parsed.config;
}

/** A server that expands variables shows them as they are written, and what it includes in one piece. */
function parseServers(status: unknown, mode: MatcherMode, { expandEnv }: SourceFlags): Parsed {
  const { original } = statusIn(status, 'config').config;
  const file = "the server's configuration";
  return parseConfig(original, {
    file,
    tables: settingsTables,
    mode,
    ...sourcesOf(resolve(file), { expandEnv, include: false }),
  });
}
