// START HERE. The engine decides: which groups an alert belongs to, what is muted, who is told what and when. It is a
// synchronous state machine over `State`; time, ids and outcomes come in from outside, writes and sends go out.

import type { Config } from '../model/config.ts';
import { flush, retry, sent } from './flush.ts';
import { ingest } from './ingest.ts';
import { sweepLog } from './log.ts';
import { reload } from './reload.ts';
import { restore } from './restore.ts';
import { defaultOptions, type EngineOptions, State } from './state.ts';
import type { Input, Ready, Snapshot } from './types.ts';
import { View } from './view.ts';

/** How often expired silences and log entries are looked for, milliseconds. */
const SWEEP_MS = 60_000;

export const emptySnapshot: Snapshot = { alerts: [], silences: [], groups: [], log: [], at: 0 };

export class Engine {
  /** What can be asked of the present state. */
  readonly view: View;
  private readonly state: State;
  private sweepAt: number;

  /** A start is a restart with an empty snapshot. What the start itself writes comes out of the first step. */
  constructor(config: Config, now: number, snapshot: Snapshot = emptySnapshot, options: Partial<EngineOptions> = {}) {
    const state = new State(config, Math.max(now, snapshot.at), { ...defaultOptions, ...options });
    this.state = state;
    this.view = new View(state);
    this.sweepAt = state.now + SWEEP_MS;
    state.write({ type: 'config', hash: config.hash, original: config.original });
    restore(state, snapshot);
  }

  /**
   * Takes one input and handles the deadlines that have passed, at one instant.
   *
   * @param now milliseconds since 1970; an earlier one than before counts as the one before
   */
  step(now: number, input: Input): Ready {
    const { state } = this;
    state.now = Math.max(state.now, now);
    switch (input.type) {
      case 'alerts':
        for (const alert of input.alerts) ingest(state, alert);
        break;
      case 'silences':
        for (const silence of input.silences) {
          state.silences.set(silence.id, silence);
          state.silenceIndex.set(silence);
          state.write({ type: 'silence', silence });
        }
        break;
      case 'config':
        reload(state, input.config);
        break;
      case 'sent':
        sent(state, input.attempt, input.outcome);
        break;
      case 'tick':
        break;
    }
    this.handleDeadlines();
    const { writes, sends, dropped, muted } = state;
    state.writes = [];
    state.sends = [];
    state.dropped = [];
    state.muted = [];
    return { writes, sends, dropped, muted };
  }

  /** When to step again if nothing arrives before, milliseconds since 1970. In the past when a step left deadlines over. */
  nextDeadline(): number {
    return Math.min(this.state.timers.next(), this.sweepAt);
  }

  private handleDeadlines(): void {
    const { state } = this;
    for (let n = 0; n < state.options.deadlinesPerStep; n++) {
      const due = state.timers.take(state.now);
      if (due === undefined) break;
      if (due.kind === 'group') flush(state, due);
      else retry(state, due);
    }
    if (state.now >= this.sweepAt) this.sweep();
  }

  private sweep(): void {
    const { state } = this;
    this.sweepAt = state.now + SWEEP_MS;
    for (const [id, silence] of state.silences) {
      if (silence.endsAt > state.now) continue;
      state.silenceIndex.delete(id);
      if (silence.endsAt + state.options.retentionMs >= state.now) continue;
      state.silences.delete(id);
      state.write({ type: 'silenceGone', id });
    }
    sweepLog(state);
    for (const [key, at] of state.notBefore) if (at <= state.now) state.notBefore.delete(key);
  }
}
