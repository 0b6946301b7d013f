// A process that uses a store on disk and says on standard output what has become durable:
//   child.js write DIRECTORY SEED THREAD   commits the story of the seed for ever, several at once; "stored N" after each
//   child.js fill DIRECTORY                commits alerts until that fails; "full KIND: MESSAGE", then tries again at each
//                                          line of standard input: "again ok" or "again KIND"; ends at "end"
//   child.js hold DIRECTORY                opens the store; "open", or "failed KIND: MESSAGE"; ends with standard input
//   child.js nobody DIRECTORY              the same as a user without rights, if root may become one

import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { StoreError } from '../../src/store/errors.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { newAlert, START, Story } from './samples.ts';

const [mode, directory = '', seed = '1', thread = 'yes'] = process.argv.slice(2);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function kindOf(error: unknown): string {
  return error instanceof StoreError ? `${error.name}: ${error.message}` : String(error);
}

async function write(store: Store): Promise<void> {
  const story = new Story(Number(seed));
  for (let n = 0; ; ) {
    const commits = Array.from({ length: 4 }, () => {
      const writes = story.next();
      const number = ++n;
      return store.commit(writes, story.at).then(() => say(`stored ${number}`));
    });
    await Promise.all(commits);
  }
}

async function fill(store: Store): Promise<void> {
  let n = 0;
  const more = (): Promise<void> => {
    const writes = Array.from({ length: 64 }, (_, i) => ({
      type: 'alert' as const,
      alert: newAlert(n * 64 + i, { annotations: { text: 'x'.repeat(1_000) } }),
      change: 'fired' as const,
    }));
    return store.commit(writes, START + n);
  };
  for (;;) {
    try {
      await more();
      say(`stored ${++n}`);
    } catch (error) {
      say(`full ${kindOf(error)}`);
      break;
    }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'end') break;
    try {
      await more();
      n++;
      say('again ok');
    } catch (error) {
      say(`again ${kindOf(error)}`);
    }
  }
  await store.close();
  say(`closed ${n}`);
  process.stdin.destroy();
}

function becomeNobody(): void {
  // What is loaded later may lie where only root can read.
  new Database(':memory:').close();
  if (process.getuid?.() === 0) process.setuid?.(65_534);
}

try {
  if (mode === 'nobody') becomeNobody();
  const store = await openSqliteStore(directory, { thread: thread === 'yes' && mode !== 'nobody' });
  if (mode === 'write') await write(store);
  if (mode === 'fill') await fill(store);
  if (mode === 'hold' || mode === 'nobody') {
    say('open');
    process.stdin.resume();
    process.stdin.on('end', () => void store.close());
  }
} catch (error) {
  say(`failed ${kindOf(error)}`);
}
