// What a command of tocsinctl is given: where to write, what was asked of all commands alike, and how to fail.

import type { MatcherMode } from '../model/matcher-parse.ts';

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

export type OutputFormat = 'simple' | 'extended' | 'json';

/** The flags that every command has. */
export interface Settings {
  /** Where the server is; may hold a user and a password. */
  readonly url: URL;
  readonly format: OutputFormat;
  /** A layout as Go writes them. */
  readonly dateFormat: string;
  readonly timeoutMs: number;
  readonly mode: MatcherMode;
  readonly verbose: boolean;
}

export interface Session extends Settings {
  readonly terminal: Terminal;
}

/** A failure that is the operator's to know: its message is all that is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The process's own. Whoever reads may stop reading, as `head` does: that is the end, and no failure. */
export function ownTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  };
}
