// The server's log: lines that operators' tools read already, because they look like those of Prometheus's programs.
// pino decides what is logged; the form of a line is decided in logline.ts.

import { pino } from 'pino';
import { jsonLine, logfmtLine } from './logline.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'logfmt' | 'json';

/** Errors are written as their messages, secrets and the credentials in URLs are masked. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** The least severe level that is written; may be changed at any time. */
  level: LogLevel;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes one line, with its end; standard error unless given. */
  readonly write?: (line: string) => void;
}

export function newLogger(options: LogOptions): Logger {
  const write = options.write ?? standardError();
  const format = options.format === 'json' ? jsonLine : logfmtLine;
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":${Date.now()}`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    { write: (entry: string) => write(format(entry)) },
  );
  // The fields travel apart, so that none of them can pass for the time or the level.
  return {
    debug: (message, fields) => {
      // Asked here, because most servers do not want to know, and the fields cost more than the question.
      if (log.isLevelEnabled('debug')) log.debug({ fields: plainFields(fields) }, message);
    },
    info: (message, fields) => log.info({ fields: plainFields(fields) }, message),
    warn: (message, fields) => log.warn({ fields: plainFields(fields) }, message),
    error: (message, fields) => log.error({ fields: plainFields(fields) }, message),
    get level(): LogLevel {
      return log.level as LogLevel;
    },
    set level(level: LogLevel) {
      log.level = level;
    },
  };
}

/** pino writes JSON at once: what must not be written has to be gone before. */
function plainFields(fields: Fields = {}): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (value instanceof Error) return value.message;
  return typeof value === 'bigint' ? value.toString() : value;
}

/** A reader that went away, or a full disk behind standard error, must not stop the server. */
function standardError(): (line: string) => void {
  process.stderr.on('error', () => {});
  return (line) => {
    process.stderr.write(line);
  };
}
