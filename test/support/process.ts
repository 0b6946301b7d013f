// A server program as a test sees it: started on a port of its own with a configuration and a data directory, stopped,
// killed, started again. Knows the command lines of Tocsin and of the real Alertmanager, and nothing of what they do.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type Kind = 'alertmanager' | 'tocsin';

export interface StartOptions {
  readonly kind: Kind;
  /** The text of alertmanager.yml. */
  readonly config: string;
  /** Where the configuration and the data live; a fresh directory, removed at the end, when not given. */
  readonly dir?: string;
  /** Further flags, as `--name=value`; `--storage.path` and an empty `--cluster.listen-address` are given unless they set them. */
  readonly flags?: readonly string[];
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const LISTENING = /Listening on.*address=[^\s]*:(\d+)/;
const START_MS = 30_000;
const running = new Set<ChildProcess>();
const scratchDirectories = new Set<string>();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const dir of scratchDirectories) rmSync(dir, { recursive: true, force: true });
});

/** A fresh directory that is removed when the test process ends. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  scratchDirectories.add(dir);
  return dir;
}

/**
 * The path of one of the real programs. Throws when the environment does not name it: a conformance test that is not run
 * must not look as if it had passed.
 */
export function realProgram(name: 'ALERTMANAGER_BIN' | 'AMTOOL_BIN' | 'PROMETHEUS_BIN' | 'PROMTOOL_BIN'): string {
  const path = process.env[name];
  if (path === undefined || path === '') throw new Error(`${name} must name the real program; see .ci/run`);
  return resolve(path);
}

/** The program and its first arguments. `TOCSIN_MAIN` names another build than dist/main.js. */
export function command(kind: Kind): readonly [string, ...string[]] {
  if (kind === 'alertmanager') return [realProgram('ALERTMANAGER_BIN')];
  const main = resolve(process.env['TOCSIN_MAIN'] ?? 'dist/main.js');
  if (!existsSync(main)) throw new Error(`${main} is missing: npm run build`);
  return [process.execPath, main];
}

/** A child whose output is kept and which ends with the test process. */
export class Program {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  #output = '';
  #exit: Exit | undefined;
  #watchers = new Set<() => void>();

  constructor(
    words: readonly [string, ...string[]],
    options: { env?: Readonly<Record<string, string>>; cwd?: string } = {},
  ) {
    const [file, ...args] = words;
    this.child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    running.add(this.child);
    const keep = (chunk: Buffer): void => {
      this.#output += chunk.toString('utf8');
      this.#wake();
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.exited = new Promise((done, fail) => {
      this.child.once('error', fail);
      this.child.once('close', (code, signal) => {
        running.delete(this.child);
        this.#exit = { code, signal };
        done(this.#exit);
        this.#wake();
      });
    });
    this.exited.catch(() => running.delete(this.child));
  }

  /** Everything written to standard output and standard error so far. */
  get output(): string {
    return this.#output;
  }

  get ended(): Exit | undefined {
    return this.#exit;
  }

  /** Resolves with the match once the output, from an offset on, has it. Rejects when the program ends or the time is up. */
  async seen(pattern: RegExp, withinMs: number, from = 0): Promise<RegExpMatchArray> {
    const until = Date.now() + withinMs;
    for (;;) {
      const match = this.#output.slice(from).match(pattern);
      if (match !== null) return match;
      if (this.#exit !== undefined)
        throw new Error(`ended (${describe(this.#exit)}) without ${pattern}:\n${this.#output}`);
      const left = until - Date.now();
      if (left <= 0) throw new Error(`not within ${withinMs} ms: ${pattern}\n${this.#output}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(done, left);
        const watchers = this.#watchers;
        function done(): void {
          clearTimeout(timer);
          watchers.delete(done);
          wake();
        }
        watchers.add(done);
      });
    }
  }

  /** Sends the signal and waits for the end; after that many milliseconds it is killed and the promise rejects. */
  async end(signal: NodeJS.Signals, withinMs: number): Promise<Exit> {
    if (this.#exit === undefined) this.child.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((wake) => {
      timer = setTimeout(() => wake('late'), withinMs);
    });
    const first = await Promise.race([this.exited, late]);
    clearTimeout(timer);
    if (first !== 'late') return first;
    this.child.kill('SIGKILL');
    await this.exited;
    throw new Error(`still running ${withinMs} ms after ${signal}:\n${this.#output}`);
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** One running server. */
export class Server {
  readonly kind: Kind;
  readonly dir: string;
  readonly port: number;
  readonly program: Program;
  readonly #options: StartOptions;

  constructor(options: StartOptions, dir: string, program: Program, port: number) {
    this.#options = options;
    this.kind = options.kind;
    this.dir = dir;
    this.program = program;
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get configFile(): string {
    return join(this.dir, 'alertmanager.yml');
  }

  get log(): string {
    return this.program.output;
  }

  writeConfig(text: string): void {
    writeFileSync(this.configFile, text);
  }

  /** Writes the configuration and asks for it over HTTP. */
  async reload(text: string): Promise<{ status: number; body: string }> {
    this.writeConfig(text);
    const response = await fetch(`${this.url}/-/reload`, { method: 'POST' });
    return { status: response.status, body: await response.text() };
  }

  hangUp(): void {
    this.program.child.kill('SIGHUP');
  }

  stop(withinMs = 15_000): Promise<Exit> {
    return this.program.end('SIGTERM', withinMs);
  }

  /** As a power failure of the process: nothing is told to it. */
  kill(): Promise<Exit> {
    return this.program.end('SIGKILL', 15_000);
  }

  /** The same directory and port again, after `stop` or `kill`. */
  again(): Promise<Server> {
    return startServer({ ...this.#options, dir: this.dir, port: this.port, config: '' });
  }
}

/** The command line as it would be typed, and where it lives. An empty configuration text leaves the file alone. */
export function launch(options: StartOptions): { dir: string; program: Program } {
  const dir = options.dir ?? scratch();
  mkdirSync(dir, { recursive: true });
  const configFile = join(dir, 'alertmanager.yml');
  if (options.config !== '') writeFileSync(configFile, options.config);
  const flags = options.flags ?? [];
  const unless = (flag: string, value: string): string[] =>
    flags.some((given) => given.startsWith(`${flag}=`)) ? [] : [`${flag}=${value}`];
  const program = new Program(
    [
      ...command(options.kind),
      `--config.file=${configFile}`,
      ...unless('--storage.path', join(dir, 'data')),
      `--web.listen-address=127.0.0.1:${options.port ?? 0}`,
      ...unless('--cluster.listen-address', ''),
      ...flags,
    ],
    options.env === undefined ? {} : { env: options.env },
  );
  return { dir, program };
}

/** Starts it and waits until it listens. Rejects with what it wrote when it ends instead. */
export async function startServer(options: StartOptions): Promise<Server> {
  const { dir, program } = launch(options);
  const match = await program.seen(LISTENING, START_MS);
  return new Server(options, dir, program, Number(match[1]));
}

/** For a start that must fail: how it ended and what it wrote. Rejects when it is still there after `withinMs`. */
export async function failedStart(options: StartOptions, withinMs = 15_000): Promise<Exit & { log: string }> {
  const { program } = launch(options);
  const timer = setTimeout(() => program.child.kill('SIGKILL'), withinMs);
  const exit = await program.exited;
  clearTimeout(timer);
  if (exit.signal === 'SIGKILL') throw new Error(`still running after ${withinMs} ms:\n${program.output}`);
  return { ...exit, log: program.output };
}

function describe(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}
