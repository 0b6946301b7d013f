// The store as plain JavaScript: for what needs a thread or a process of its own, which cannot run the sources.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export class Built {
  private readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Compiles the store, its thread and `child.ts`. Within `node_modules`, so that packages are found. */
  static make(): Built {
    mkdirSync(join(ROOT, 'node_modules', '.cache'), { recursive: true });
    const directory = mkdtempSync(join(ROOT, 'node_modules', '.cache', 'tocsin-store-'));
    const files = ['src/store/sqlite-worker.ts', 'test/store/child.ts', 'test/store/dying-worker.ts'];
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { noEmit: false, noCheck: true, incremental: false, rootDir: ROOT, outDir: directory },
      files: files.map((file) => join(ROOT, file)),
      include: [],
    };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
    symlinkSync(join(ROOT, 'migrations'), join(directory, 'migrations'));
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', directory], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the store does not compile: ${stdout}`);
    return new Built(directory);
  }

  get worker(): URL {
    return pathToFileURL(join(this.directory, 'src/store/sqlite-worker.js'));
  }

  /** A thread that ends when it is told the word `die` as a silence's id. */
  get dyingWorker(): URL {
    return pathToFileURL(join(this.directory, 'test/store/dying-worker.js'));
  }

  /** Starts `child.ts` with these arguments. With `limit`, no file may grow beyond so many KiB. */
  child(args: readonly string[], limit?: number): Child {
    const program = [process.execPath, join(this.directory, 'test/store/child.js'), ...args];
    const [command, ...parameters] =
      limit === undefined ? program : ['bash', '-c', `ulimit -S -f ${limit} && exec "$@"`, 'bash', ...program];
    return new Child(spawn(command!, parameters, { stdio: ['pipe', 'pipe', 'pipe'] }));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** A process that says one line at a time. */
export class Child {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<void>;
  private errors = '';
  private readonly waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.process = child;
    child.stderr!.on('data', (data: Buffer) => {
      this.errors += data.toString();
    });
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      for (const look of this.waiting) look();
    });
    this.ended = new Promise((resolve) => {
      child.on('close', () => {
        resolve();
        for (const look of this.waiting) look();
      });
    });
  }

  /** The first line from the `from`th on that begins with the word. Rejects when the process ends without it. */
  async line(word: string, from = 0): Promise<string> {
    for (;;) {
      const found = this.lines.slice(from).find((line) => line.startsWith(word));
      if (found !== undefined) return found;
      const { exitCode, signalCode } = this.process;
      if (exitCode !== null || signalCode !== null) {
        throw new Error(`ended (${exitCode ?? signalCode}) without "${word}": ${this.errors}`);
      }
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.waiting.delete(look);
          resolve();
        };
        this.waiting.add(look);
      });
    }
  }

  say(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }
}
