// What a configuration may take from outside of its file, where the command line asks for it: the environment, files that
// hold a value, files that are included. The server and tocsinctl give it to the parser in the same way.

import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Lookup } from '../config/expand.ts';
import type { IncludedFile } from '../config/include.ts';
import type { ParseOptions } from '../config/parse.ts';
import { besideFile } from '../config/paths.ts';
import { globFiles } from './glob.ts';

/** What the command line allows. */
export interface SourceFlags {
  /** `--config.expand-env` */
  readonly expandEnv: boolean;
  /** `--config.include` */
  readonly include: boolean;
}

/** The most that is read of a file that holds one value, bytes. */
const VALUE_BYTES = 1024 * 1024;

/** For `parseConfig`; `file` is the absolute path of the configuration. */
export function sourcesOf(
  file: string,
  flags: SourceFlags,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Pick<ParseOptions, 'lookup' | 'include'> {
  const lookup: Lookup = {
    variable: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
    file: readValue,
  };
  return {
    ...(flags.expandEnv ? { lookup } : {}),
    ...(flags.include ? { include: (pattern: string) => included(file, pattern) } : {}),
  };
}

function readValue(path: string): string {
  const stat = told(() => statSync(path));
  // A device may have no end.
  if (!stat.isFile()) throw new Error(stat.isDirectory() ? 'it is a directory' : 'it is not a regular file');
  const { size } = stat;
  if (size > VALUE_BYTES) throw new Error(`it has ${size} bytes, too many for one value`);
  return told(() => readFileSync(path, 'utf8')).replace(/\r?\n$/, '');
}

/** Sorted, and without the file that includes them. */
function included(file: string, pattern: string): IncludedFile[] {
  const paths = globFiles(isAbsolute(pattern) ? pattern : besideFile(file, pattern));
  const others = paths.map((path) => resolve(path)).filter((path) => path !== file);
  return others.map((name) => ({ name, input: told(() => readFileSync(name), `cannot read ${name}: `) }));
}

function told<T>(read: () => T, before = ''): T {
  try {
    return read();
  } catch (error) {
    throw new Error(before + (error instanceof Error ? error.message : String(error)));
  }
}
