// What a command of tocsinctl is given: where to write, what was asked of all commands alike, and how to fail.

import type { MatcherMode } from '../model/matcher-parse.ts';
import { showsColours } from './paint.ts';

export interface Terminal {
  /** Whether standard output may be coloured. */
  readonly colours?: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Whether a program reads the errors: it gets amtool's words, without what to do about it. */
  readonly forScripts?: boolean;
}

export type OutputFormat = 'simple' | 'extended' | 'json';

/** What the flags say that every command has. */
export interface Session {
  readonly terminal: Terminal;
  /** Where the server is, as it was written; may hold a user and a password. */
  readonly url: string;
  /** Whether it was written at all, rather than being the default. */
  readonly urlGiven: boolean;
  /** A file with an `http_config`, '' for none. */
  readonly httpConfigFile: string;
  readonly format: OutputFormat;
  /** A layout as Go writes them. */
  readonly dateFormat: string;
  /** For all requests of the command together. */
  readonly timeoutMs: number;
  /** When the command began, milliseconds since 1970. */
  readonly now: number;
  readonly mode: MatcherMode;
  readonly verbose: boolean;
}

/** A failure that is the operator's to know: its message is all that is printed, and what to do about it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** What to do about it, in a line of its own; '' where the message says it. */
  readonly hint: string;

  constructor(message: string, hint = '') {
    super(message);
    this.hint = hint;
  }
}

/** A failure of which everything has been printed. */
export class SilentFailure extends Error {
  override readonly name = 'SilentFailure';
}

/** The process's own. Whoever reads may stop reading, as `head` does: that is the end, and no failure. */
export function ownTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`tocsinctl: error: cannot write to standard output: ${error.message}\n`);
    process.exit(1);
  });
  // There is nowhere left to say it; the exit code does.
  process.stderr.on('error', () => {});
  return {
    colours: showsColours(process.stdout, process.env),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    forScripts: process.stderr.isTTY !== true,
  };
}
