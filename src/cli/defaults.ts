// The configuration files of the command line: defaults for flags, as amtool has them. A name of the first file in which
// it stands counts.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './terminal.ts';
import { type Defaults, describeFileError } from './values.ts';

/** Ours, amtool's, and those of Debian's amtool; of each the user's before the system's. */
export function configFiles(home: string): string[] {
  return ['tocsinctl/config.yml', 'amtool/config.yml', 'prometheus/amtool.yml'].flatMap((path) => [
    join(home, '.config', path),
    join('/etc', path),
  ]);
}

/** What names were called before. */
const FORMER: Readonly<Record<string, string>> = { comment_required: 'require-comment' };

/** Rejects with a `CommandError` when a file is there and cannot be used. */
export async function readDefaults(files: readonly string[]): Promise<Defaults> {
  const defaults = new Map<string, string>();
  for (const file of files) {
    if (!isThere(file)) continue;
    const found = await readFlags(file);
    for (const [name, value] of found) {
      const present = FORMER[name] ?? name;
      if (present !== name && found.has(present)) continue;
      if (!defaults.has(present)) defaults.set(present, value);
    }
  }
  return defaults;
}

/** Nor is one below something that is no folder, as a home may be. */
function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw unreadable(file, 'stat', error);
  }
}

function unreadable(file: string, action: string, error: unknown): CommandError {
  return new CommandError(`could not load config file: ${describeFileError(action, file, error)}`);
}

async function readFlags(file: string): Promise<Map<string, string>> {
  // The YAML library is only loaded where there is a file.
  const { parseDocument, isAlias, isMap, isScalar } = await import('yaml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, 'read', error);
  }
  const wrong = (message: string): CommandError => new CommandError(`could not load config file: ${file}: ${message}`);
  // Of a name that stands there twice the last one counts, as in amtool.
  const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw wrong(error.message);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.source === '')) return new Map();
  if (!isMap(contents)) throw wrong('write a flag on each line, as in "output: extended"');
  return new Map(
    contents.items.map(({ key, value: written }): [string, string] => {
      const name = isScalar(key) ? String(key.value) : '';
      const value = isAlias(written) ? written.resolve(document) : written;
      if (!isScalar(value)) throw wrong(`${name} must have a single value`);
      const isNull = value.type === 'PLAIN' && /^(?:|~|null|Null|NULL)$/.test(value.source ?? '');
      return [name, isNull ? '' : String(value.value)];
    }),
  );
}
