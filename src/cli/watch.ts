// `tocsinctl watch`: what fires, live, on a terminal; and where there is none, a line for each alert that begins or ends.

import { groupsIn } from './answers.ts';
import { callApi, NoAnswer, Refusal } from './client.ts';
import { CommandError, type Session } from './terminal.ts';
import { clean, frame, type WatchedAlert, type WatchedGroup, type WatchState } from './watch-view.ts';

export interface WatchOptions {
  readonly matchers: readonly string[];
  /** Milliseconds between questions. */
  readonly intervalMs: number;
  readonly all: boolean;
}

/** How long an answer may take before the server counts as gone. */
const ANSWER_MS = 10_000;

/** Another screen, no cursor, and no second line where a terminal thinks signs to be wider than they are. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/** Resolves when the operator has had enough. */
export async function watch(session: Session, options: WatchOptions): Promise<void> {
  const isScreen = process.stdout.isTTY && process.stdin.isTTY && process.env['TERM'] !== 'dumb';
  if (isScreen) await new Live(session, options).run();
  else await follow(session, options);
}

async function ask(session: Session, { matchers }: WatchOptions): Promise<readonly WatchedGroup[]> {
  const own = { ...session, now: Date.now(), timeoutMs: Math.min(session.timeoutMs, ANSWER_MS) };
  return groupsIn(await callApi(own, 'getAlertGroups', { query: { filter: matchers } }));
}

/** Whether asking again can help: it cannot where the question is wrong, or the one who is asked. */
function mayPass(error: unknown): boolean {
  if (error instanceof Refusal) return error.status >= 500 || error.status === 429;
  return error instanceof NoAnswer;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

class Live {
  private readonly session: Session;
  private readonly options: WatchOptions;
  private state: WatchState;
  private shown = '';
  private timer: NodeJS.Timeout | undefined;
  /** Whether the shell has the terminal. */
  private left = false;
  private enter: () => void = () => {};
  private over: (error?: Error) => void = () => {};

  constructor(session: Session, options: WatchOptions) {
    this.session = session;
    this.options = options;
    this.state = {
      server: serverName(session.url),
      filter: options.matchers.join(' '),
      groups: undefined,
      heardAt: 0,
      trouble: undefined,
      advice: '',
      all: options.all,
      paused: false,
      scroll: 0,
      now: Date.now(),
    };
  }

  async run(): Promise<void> {
    const { stdin, stdout } = process;
    const onKey = (data: Buffer) => this.key(data.toString('latin1'));
    const redraw = () => {
      this.shown = '';
      this.draw();
    };
    const stop = () => this.over();
    const leave = () => stdout.write(LEAVE);
    this.enter = () => {
      stdin.setRawMode(true);
      stdout.write(ENTER);
      this.left = false;
      redraw();
    };
    // However it ends, the terminal is given back.
    process.once('exit', leave);
    process.on('SIGCONT', this.enter);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
    stdout.on('resize', redraw);
    stdin.on('data', onKey);
    stdin.once('end', stop);
    this.enter();
    const clock = setInterval(() => this.set({ now: Date.now() }), 1_000);
    try {
      const done = new Promise<void>((resolve, reject) => {
        this.over = (error) => (error === undefined ? resolve() : reject(error));
      });
      void this.poll();
      await done;
    } finally {
      this.over = () => {};
      clearInterval(clock);
      clearTimeout(this.timer);
      stdin.off('data', onKey);
      stdin.setRawMode(false);
      stdin.pause();
      stdout.off('resize', redraw);
      process.off('SIGCONT', this.enter);
      process.off('exit', leave);
      leave();
    }
  }

  private async poll(): Promise<void> {
    if (!this.state.paused) {
      try {
        const groups = await ask(this.session, this.options);
        if (!this.state.paused) this.set({ groups, heardAt: Date.now(), trouble: undefined });
      } catch (error) {
        if (this.state.groups === undefined && !mayPass(error)) return this.over(asError(error));
        // Which address was asked is known.
        const advice = error instanceof CommandError ? error.hint : '';
        this.set({ advice, trouble: asError(error).message.replace(/^[A-Z][a-z]+ "[^"]*": /, '') });
      }
    }
    this.timer = setTimeout(() => void this.poll(), this.options.intervalMs);
  }

  private key(text: string): void {
    const page = Math.max(1, process.stdout.rows - 4);
    const { scroll, all, paused } = this.state;
    // Several keys can come at once; an arrow is three characters.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters.
    for (const key of text.match(/\u001b\[[0-9;]*[A-Za-z~]|[\s\S]/g) ?? []) {
      if (key === 'q' || key === '\u0003' || key === '\u0004') this.over();
      else if (key === '\u001a') this.suspend();
      else if (key === 'k' || key === '\u001b[A') this.set({ scroll: this.state.scroll - 1 });
      else if (key === 'j' || key === '\u001b[B') this.set({ scroll: this.state.scroll + 1 });
      else if (key === '\u001b[5~') this.set({ scroll: scroll - page });
      else if (key === '\u001b[6~') this.set({ scroll: scroll + page });
      else if (key === 'g' || key === '\u001b[H') this.set({ scroll: 0 });
      else if (key === 'G' || key === '\u001b[F') this.set({ scroll: Number.MAX_SAFE_INTEGER });
      else if (key === 's') this.set({ all: !all });
      else if (key === ' ') this.set({ paused: !paused });
    }
  }

  /** As Ctrl-Z does to a program that leaves the terminal as it is; the shell's `fg` continues it. */
  private suspend(): void {
    this.left = true;
    process.stdin.setRawMode(false);
    process.stdout.write(LEAVE, () => {
      process.kill(0, 'SIGTSTP');
      // Where no shell would continue it, the system does not stop it.
      setTimeout(() => this.left && this.enter(), 200);
    });
  }

  private set(change: Partial<WatchState>): void {
    this.state = { ...this.state, ...change };
    this.draw();
  }

  private draw(): void {
    if (this.left) return;
    // A terminal of a container can have no size at first.
    const [columns, rows] = [process.stdout.columns || 80, process.stdout.rows || 24];
    const screen = { columns, rows, colour: process.stdout.hasColors() && (process.env['NO_COLOR'] ?? '') === '' };
    const { lines, scroll } = frame(this.state, screen);
    this.state = { ...this.state, scroll };
    // A full line leaves the cursor on its last sign: what is there before is erased first.
    const text = `\u001b[H${lines.map((line) => `\u001b[2K${line}`).join('\r\n')}`;
    if (text !== this.shown) process.stdout.write(text);
    this.shown = text;
  }
}

/** One line for each alert that began or ended since the last answer, and for a server that comes and goes. */
async function follow(session: Session, options: WatchOptions): Promise<void> {
  const say = (text: string) => session.terminal.out(`${new Date().toISOString()} ${text}\n`);
  let known: ReadonlyMap<string, WatchedAlert> = new Map();
  let trouble: string | undefined;
  let heard = false;
  for (;;) {
    try {
      const present = alertsOf(await ask(session, options));
      if (trouble !== undefined) say('the server answers again');
      trouble = undefined;
      heard = true;
      for (const [id, alert] of present) {
        const before = known.get(id)?.status.state;
        const { state } = alert.status;
        if (before !== state && (state === 'active' || before === 'active' || options.all)) {
          say(`${state === 'active' ? 'FIRING' : 'SUPPRESSED'} ${describe(alert)}`);
        }
      }
      for (const [id, alert] of known) {
        if (!present.has(id) && (options.all || alert.status.state === 'active')) say(`OVER ${describe(alert)}`);
      }
      known = present;
    } catch (error) {
      if (!(error instanceof CommandError) || (!heard && !mayPass(error))) throw error;
      if (error.message !== trouble) say(`no answer: ${error.message}`);
      trouble = error.message;
    }
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs));
  }
}

/** Those that are told of at all, by episode. */
function alertsOf(groups: readonly WatchedGroup[]): ReadonlyMap<string, WatchedAlert> {
  const alerts = groups.flatMap((group) => group.alerts).filter(({ status }) => status.state !== 'unprocessed');
  return new Map(alerts.map((alert) => [`${alert.fingerprint} ${alert.startsAt}`, alert]));
}

function describe({ labels }: WatchedAlert): string {
  return Object.entries(labels)
    .map(([name, value]) => `${clean(name)}=${JSON.stringify(clean(value))}`)
    .join(' ');
}

/** Without user and password. */
function serverName(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url.replace(/^.*@/, '');
}
