// The `tocsin` command: flags, signals, exit codes. Everything that it starts is in server.ts.

import { readFileSync } from 'node:fs';
import type { VersionInfo } from '../http/ports.ts';
import { parseFlags } from './flags.ts';
import { type Logger, newLogger } from './log.ts';
import { packageFile } from './paths.ts';
import { type Running, startServer } from './server.ts';

/** The Alertmanager whose API and behaviour this is: clients such as karma and amtool ask for it. */
const ALERTMANAGER_VERSION = '0.34.0';

/** Runs the server until a signal stops it. Sets the exit code: 0 after SIGTERM or SIGINT, 1 when it could not start. */
export async function main(argv: readonly string[]): Promise<void> {
  const own = ownVersion();
  const command = parseFlags(argv, versionText(own));
  if (command.kind === 'print') {
    (command.code === 0 ? process.stdout : process.stderr).write(command.text);
    process.exitCode = command.code;
    return;
  }
  const { flags } = command;
  const log = newLogger({ level: flags.logLevel, format: flags.logFormat });
  log.info('Starting Tocsin', { version: own, alertmanager: ALERTMANAGER_VERSION, node: process.version });
  let running: Running | undefined;
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info(`Received ${signal}, exiting gracefully...`);
    if (running !== undefined) void end(running, log);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGHUP', () => {
    // What went wrong is logged where it happened; the old configuration stays.
    running?.reload().catch(() => {});
  });
  process.on('uncaughtException', (error) => {
    log.error('Unexpected error, stopping', { err: error.stack ?? String(error) });
    process.exit(2);
  });
  try {
    running = await startServer(flags, versionInfo(own), log);
  } catch (error) {
    log.error('Cannot start', { err: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    return;
  }
  if (stopping) await end(running, log);
}

async function end(running: Running, log: Logger): Promise<void> {
  try {
    await running.stop();
    log.info('See you next time!');
    process.exit(0);
  } catch (error) {
    log.error('Cannot stop in order', { err: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}

function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

function versionText(own: string): string {
  return [
    `tocsin, version ${own} (Alertmanager ${ALERTMANAGER_VERSION} compatible)`,
    `  node version:     ${process.version}`,
    `  platform:         ${process.platform}/${process.arch}`,
    '',
  ].join('\n');
}

function versionInfo(own: string): VersionInfo {
  return {
    version: ALERTMANAGER_VERSION,
    revision: `tocsin-${own}`,
    branch: 'tocsin',
    buildUser: '',
    buildDate: '',
    goVersion: `node ${process.version}`,
  };
}
