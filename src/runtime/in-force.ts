// The configuration in force, and how the last attempt to read it anew ended: a bad file changes nothing, so that this is
// where it shows.

import { describeProblem, type Problem } from '../model/problem.ts';
import { formatTime } from '../model/time.ts';
import { loadReceivers } from '../receivers/index.ts';
import { ConfigurationError, type Loaded } from './configuration.ts';
import type { Logger } from './log.ts';
import { maskUrls } from './logline.ts';
import { warm } from './warm.ts';

export interface ConfigurationStatus {
  /** As the command line names it. */
  readonly file: string;
  /** Of the one in force: hex SHA-256. */
  readonly hash: string;
  /** When the one in force was loaded, milliseconds since 1970. */
  readonly loadedAt: number;
  /** The last attempt, be it the one at the start. A failed one has problems; one that succeeded may have warnings. */
  readonly lastReload: { readonly at: number; readonly ok: boolean; readonly problems: readonly Problem[] };
}

export class InForce {
  private readonly file: string;
  private readonly read: () => Promise<Loaded>;
  private readonly log: Logger;
  private loaded: { readonly what: Loaded; readonly at: number } | undefined;
  private last: ConfigurationStatus['lastReload'] | undefined;
  private loading: Promise<unknown> = Promise.resolve();

  /** `read` reads the file and everything that belongs to it. */
  constructor(file: string, read: () => Promise<Loaded>, log: Logger) {
    this.file = file;
    this.read = read;
    this.log = log;
  }

  current(): Loaded {
    if (this.loaded === undefined) throw new Error('the configuration is not loaded yet');
    return this.loaded.what;
  }

  status(): ConfigurationStatus {
    if (this.loaded === undefined || this.last === undefined) throw new Error('the configuration is not loaded yet');
    return { file: this.file, hash: this.loaded.what.config.hash, loadedAt: this.loaded.at, lastReload: this.last };
  }

  /**
   * Rejects when the file cannot be used; the current one stays. One at a time: of two attempts the later one decides,
   * however long the first one takes. `use` is called before anything else can be loaded.
   */
  load(use: (loaded: Loaded) => void = () => {}): Promise<void> {
    const next = this.loading.then(() => this.loadOnce(use));
    this.loading = next.catch(() => {});
    return next;
  }

  private async loadOnce(use: (loaded: Loaded) => void): Promise<void> {
    const { file, log } = this;
    log.info('Loading configuration file', { file });
    try {
      const what = await this.read();
      await loadReceivers(what.config.receivers.flatMap((r) => r.integrations.map((i) => i.type)));
      warm(what.config, what.templates, Date.now());
      const at = Date.now();
      this.loaded = { what, at };
      this.last = { at, ok: true, problems: what.warnings };
      use(what);
    } catch (error) {
      this.last = { at: Date.now(), ok: false, problems: problemsOf(error, file) };
      log.error('Loading configuration file failed', {
        file,
        err: error instanceof Error ? error.message : String(error),
      });
      throw error;
    }
    for (const warning of this.last.problems) log.warn('Configuration warning', { problem: describeProblem(warning) });
    log.info('Completed loading of configuration file', { file });
  }
}

/** What to tell when the last attempt failed, on one line; undefined when it did not. */
export function describeFailedReload({ lastReload, loadedAt }: ConfigurationStatus): string | undefined {
  const [first] = lastReload.problems;
  if (lastReload.ok || first === undefined) return undefined;
  const more = lastReload.problems.length - 1;
  const others = more === 0 ? '' : ` (and ${more} more)`;
  return (
    `the last reload of the configuration failed at ${formatTime(lastReload.at)}: ` +
    `${describeProblem(first).replace(/\s+/g, ' ')}${others}; ` +
    `what was loaded at ${formatTime(loadedAt)} stays in force`
  );
}

/** At least one. Passwords in URLs are masked, as in the log. */
function problemsOf(error: unknown, file: string): readonly Problem[] {
  const known = error instanceof ConfigurationError ? error.problems : [];
  if (known.length > 0) return known.map((problem) => ({ ...problem, message: maskUrls(problem.message) }));
  const message = maskUrls(error instanceof Error ? error.message : String(error));
  return [{ file, line: 0, column: 0, path: '', message, severity: 'error' }];
}
