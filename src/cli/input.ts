// What commands read: files, and standard input, which may be anything that can be read once.

import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { CommandError } from './terminal.ts';
import { describeFileError } from './values.ts';

/** What standard input is called. */
export const STDIN = '/dev/stdin';

/** Rejects with a `CommandError`. */
export async function readBytes(file: string): Promise<Buffer> {
  try {
    return file === STDIN ? await readStandardInput() : await readFile(file);
  } catch (error) {
    throw new CommandError(describeFileError('open', file, error));
  }
}

/** As a stream, because a pipe may have nothing yet. */
async function readStandardInput(): Promise<Buffer> {
  if (fstatSync(0).isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
