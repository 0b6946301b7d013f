// A world in virtual time around the real engine: a Prometheus that keeps its alerts alive, receivers that answer when
// and how they are told to, a journal that survives crashes. Everything is synchronous and exact.

import { Engine } from '../../src/engine/engine.ts';
import { targetKey } from '../../src/engine/group.ts';
import type { EngineOptions } from '../../src/engine/state.ts';
import type { Delivery, Input, Write } from '../../src/engine/types.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Config } from '../../src/model/config.ts';
import { fingerprint, type LabelSet } from '../../src/model/labels.ts';
import type { Outcome } from '../../src/model/notification.ts';
import type { Silence } from '../../src/model/silence.ts';
import { Kept } from '../../src/store/kept.ts';

const MINUTE = 60_000;

/** What a crash leaves: the state as of the last commit. */
export class Journal extends Kept {
  readonly history: { readonly at: number; readonly write: Write }[] = [];
  at = 0;

  commit(writes: readonly Write[], at: number): void {
    this.at = Math.max(this.at, at);
    for (const write of writes) {
      this.history.push({ at, write });
      this.apply(write);
    }
  }
}

/** How a receiver's next answers look: the first that is left counts, then `ok` after `latencyMs`. */
export interface Answer {
  readonly outcome: Outcome;
  readonly latencyMs: number;
}

interface Underway {
  readonly delivery: Delivery;
  readonly answer: Answer;
  readonly answeredAt: number;
}

export interface Firing {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly startsAt: number;
  /** Whether the server has taken it. */
  acknowledged: boolean;
}

/** What happened, as tests want to see it. */
export interface Told {
  readonly at: number;
  readonly delivery: Delivery;
  readonly outcome: Outcome;
}

export class World {
  now: number;
  engine: Engine;
  config: Config;
  readonly journal = new Journal();
  /** What Prometheus believes to fire; re-sent every minute. */
  readonly firing = new Map<string, Firing>();
  readonly told: Told[] = [];
  /** Receiver or `receiver/type[index]` -> the answers to come. */
  readonly answers = new Map<string, Answer[]>();
  readonly latency = new Map<string, number>();
  onTold: (told: Told) => void = () => {};
  onWrites: (writes: readonly Write[]) => void = () => {};
  /** Each attempt as it begins, before anything is known of its outcome. */
  onAttempt: (delivery: Delivery) => void = () => {};
  /** Each attempt whose outcome a crash takes away: it may have arrived. */
  onLost: (delivery: Delivery) => void = () => {};
  /** Dies after that many more steps, between the commit and the sends of the step. */
  crashIn = Number.POSITIVE_INFINITY;
  private readonly options: Partial<EngineOptions>;
  private underway: Underway[] = [];
  private resendAt: number;
  private up = true;

  constructor(config: Config, now: number, options: Partial<EngineOptions> = {}) {
    this.config = config;
    this.now = now;
    this.options = options;
    this.resendAt = now + MINUTE;
    this.engine = new Engine(config, now, undefined, options);
    this.feed({ type: 'tick' });
  }

  /** Advances to that instant, doing in order everything that is due before and at it. */
  runTo(at: number): void {
    for (;;) {
      const next = this.nextEvent();
      if (next > at) break;
      this.now = Math.max(this.now, next);
      this.happen();
    }
    this.now = at;
  }

  fire(labels: LabelSet, annotations: LabelSet = {}, startsAt: number = this.now): void {
    const known = this.firing.get(fingerprint(labels));
    this.firing.set(fingerprint(labels), {
      labels,
      annotations,
      startsAt: known?.startsAt ?? startsAt,
      acknowledged: false,
    });
    this.send([...this.firing.values()].filter((f) => fingerprint(f.labels) === fingerprint(labels)));
  }

  /** Reports an alert once; nobody refreshes it. Without an end it times out by the configuration's resolve_timeout. */
  fireOnce(labels: LabelSet, startsAt: number, endsAt?: number): void {
    this.feed({
      type: 'alerts',
      alerts: [
        report(labels, {}, startsAt, endsAt ?? this.now + this.config.resolveTimeoutMs, this.now, endsAt === undefined),
      ],
    });
  }

  resolve(labels: LabelSet): void {
    const known = this.firing.get(fingerprint(labels));
    this.firing.delete(fingerprint(labels));
    const startsAt = known?.startsAt ?? this.now;
    this.feed({
      type: 'alerts',
      alerts: [report(labels, known?.annotations ?? {}, startsAt, this.now, this.now, false)],
    });
  }

  /** Prometheus forgets the alert without a word, as when it is stopped. */
  vanish(labels: LabelSet): void {
    this.firing.delete(fingerprint(labels));
  }

  silence(silence: Silence): void {
    this.feed({ type: 'silences', silences: [silence] });
  }

  reload(config: Config): void {
    this.config = config;
    this.feed({ type: 'config', config });
  }

  /** The process dies: attempts under way reach the other side or not, but their outcome is lost. */
  crash(): void {
    this.crashIn = Number.POSITIVE_INFINITY;
    this.up = false;
    for (const { delivery } of this.underway) this.onLost(delivery);
    this.underway = [];
  }

  restart(): void {
    this.up = true;
    this.engine = new Engine(this.config, this.now, this.journal.snapshot(this.journal.at), this.options);
    this.feed({ type: 'tick' });
  }

  feed(input: Input): void {
    if (!this.up) return;
    const ready = this.engine.step(this.now, input);
    this.journal.commit(ready.writes, this.now);
    this.onWrites(ready.writes);
    if (--this.crashIn <= 0) {
      this.crash();
      return;
    }
    for (const delivery of ready.sends) this.begin(delivery);
  }

  isUp(): boolean {
    return this.up;
  }

  /** Targets that an attempt is under way to. */
  busy(): string[] {
    return this.underway.map(({ delivery }) => targetKey(delivery));
  }

  private nextEvent(): number {
    let next = this.resendAt;
    if (!this.up) return next;
    next = Math.min(next, this.engine.nextDeadline());
    for (const { answeredAt } of this.underway) next = Math.min(next, answeredAt);
    return next;
  }

  private happen(): void {
    const answered = this.underway.filter((u) => u.answeredAt <= this.now);
    if (answered.length > 0) {
      this.underway = this.underway.filter((u) => u.answeredAt > this.now);
      for (const { delivery, answer } of answered) {
        const told = { at: this.now, delivery, outcome: answer.outcome };
        this.told.push(told);
        this.onTold(told);
        this.feed({ type: 'sent', attempt: delivery.attempt, outcome: answer.outcome });
      }
      return;
    }
    if (this.up && this.engine.nextDeadline() <= this.now) {
      this.feed({ type: 'tick' });
      return;
    }
    this.resendAt += MINUTE;
    this.send([...this.firing.values()]);
  }

  private send(firing: readonly Firing[]): void {
    if (firing.length === 0) return;
    const alerts = firing.map((f) =>
      report(f.labels, f.annotations, f.startsAt, this.now + 4 * MINUTE, this.now, false),
    );
    if (this.up) for (const f of firing) f.acknowledged = true;
    this.feed({ type: 'alerts', alerts });
  }

  private begin(delivery: Delivery): void {
    this.onAttempt(delivery);
    const name = `${delivery.receiver}/${delivery.integration}[${delivery.index}]`;
    const queued = this.answers.get(name) ?? this.answers.get(delivery.receiver) ?? [];
    const latencyMs = this.latency.get(name) ?? this.latency.get(delivery.receiver) ?? 5;
    const answer = queued.shift() ?? { outcome: { ok: true }, latencyMs };
    const answeredAt = Math.min(this.now + answer.latencyMs, delivery.deadlineAt);
    const late = this.now + answer.latencyMs > delivery.deadlineAt;
    const timeout: Outcome = {
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
      message: 'deadline passed',
      maybeTold: true,
    };
    this.underway.push({ delivery, answer: late ? { ...answer, outcome: timeout } : answer, answeredAt });
  }
}

function report(
  labels: LabelSet,
  annotations: LabelSet,
  startsAt: number,
  endsAt: number,
  now: number,
  timeout: boolean,
): Alert {
  return {
    fingerprint: fingerprint(labels),
    labels,
    annotations,
    generatorURL: '',
    startsAt,
    endsAt,
    updatedAt: now,
    timeout,
  };
}
