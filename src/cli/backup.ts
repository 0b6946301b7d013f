// `tocsinctl backup` and `tocsinctl restore`: a copy of everything that Tocsin remembers, and back.

import { existsSync } from 'node:fs';
import { backUp, restore } from '../store/backup.ts';
import { StoreError } from '../store/errors.ts';
import { CommandError, type Session } from './terminal.ts';

/** Throws a `CommandError`. An existing file is only replaced when `force` says so. */
export function backUpStore(session: Session, file: string, directory: string, force: boolean): void {
  if (file === '') throw new CommandError('a backup is written to a file, and not to standard output: name one');
  if (existsSync(file) && !force) throw new CommandError(`${file} exists already: give another name, or --force`);
  const { bytes, at } = orFail(() => backUp(directory, file));
  session.terminal.out(`Wrote ${file}: ${size(bytes)}, ${asOf(at)}.\n`);
}

/** Throws a `CommandError`. */
export function restoreStore(session: Session, file: string, directory: string): void {
  if (file === '') throw new CommandError('a backup is a file, and not standard input: name it');
  const { at, done, replaced } = orFail(() => restore(directory, file));
  session.terminal.out(
    done
      ? `Restored ${directory} from ${file}, ${asOf(at)}.${replaced ? ` What was there before is in ${directory} as tocsin.db.before-restore.` : ''}\n`
      : `A server is running on ${directory}: it takes over ${file}, ${asOf(at)}, when it is started again.\n`,
  );
}

function orFail<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(error.message);
    throw error;
  }
}

function asOf(at: number): string {
  return at === 0 ? 'empty' : `as of ${new Date(at).toISOString()}`;
}

function size(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}
