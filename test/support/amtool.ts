// The real amtool as an oracle: what it says of a configuration, which routes it shows, which receivers it picks.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgram, scratch } from './process.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class Amtool {
  readonly #program = realProgram('AMTOOL_BIN');
  readonly #dir = scratch();
  #files = 0;

  run(argv: readonly string[]): Promise<Said> {
    return new Promise((resolve) => {
      execFile(this.#program, argv, { encoding: 'utf8', maxBuffer: 1 << 26 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
      });
    });
  }

  /** The path of a file with that text. */
  file(text: string): string {
    const path = join(this.#dir, `${++this.#files}.yml`);
    writeFileSync(path, text);
    return path;
  }

  /** Undefined when the configuration is accepted, else what is wrong with it. */
  async refusal(config: string, flags: readonly string[] = []): Promise<string | undefined> {
    const { out } = await this.run([...flags, 'check-config', this.file(config)]);
    const failed = /^Checking '[^\n]*' {2}FAILED: ([\s\S]*?)\n\n/m.exec(out);
    if (failed !== null) return failed[1];
    if (/^Checking '[^\n]*' {2}SUCCESS$/m.test(out)) return undefined;
    throw new Error(`amtool says neither yes nor no: ${out}`);
  }
}

/** YAML in double quotes. */
export function yamlText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The function's results for all items, two at a time. */
export async function inPairs<Item, Result>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await ask(items[i]!);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
