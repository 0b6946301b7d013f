// Finds what an Alertmanager left in the storage path of a server that starts there for the first time: it is not read,
// and nobody should have to find out from the pages of silenced alerts.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How to take over what is there; nothing where there is nothing, or where the server has a database already. */
export function importAdvice(storagePath: string): { readonly message: string; readonly run: string } | undefined {
  if (existsSync(join(storagePath, 'tocsin.db'))) return undefined;
  const isFile = (name: string): boolean =>
    statSync(join(storagePath, name), { throwIfNoEntry: false })?.isFile() === true;
  try {
    if (!isFile('silences') && !isFile('nflog')) return undefined;
  } catch {
    // What is wrong with the directory is told by what opens it.
    return undefined;
  }
  const path = word(storagePath);
  return {
    message:
      "The storage path holds an Alertmanager's silences and notification log, which are not read: stop this server, import them and start it again",
    run: `tocsinctl import --storage.path=${path} ${path}`,
  };
}

/** As a shell takes it for one word. */
function word(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
