// Performs the engine's sends: builds the notification, hands it to the receiver, and gives the outcome back. Each
// integration has a lane of its own, so that one that is slow or wants no more delays nobody else.

import type { Delivery } from '../engine/types.ts';
import type { Config, IntegrationConfig } from '../model/config.ts';
import type { Notification, Outcome } from '../model/notification.ts';
import type { Templates } from '../template/templates.ts';
import { Lane } from './lane.ts';
import { renderRouteLabels } from './route-labels.ts';
import { sameSettings } from './same-settings.ts';

/** What of a configuration a delivery needs; replaced as a whole at a reload. */
export interface Equipment {
  readonly config: Config;
  readonly templates: Templates;
}

/** Renders and sends once. Resolves with an outcome; rejects only because of a bug. */
export type Attempt = (
  integration: IntegrationConfig,
  notification: Notification,
  templates: Templates,
  signal: AbortSignal,
) => Promise<Outcome>;

export interface DelivererEvents {
  attempted(delivery: Delivery, outcome: Outcome, tookMs: number): void;
  routeLabelFailed(delivery: Delivery, label: string, message: string): void;
}

export interface DelivererOptions {
  /** Without a slash at the end. Asked at each notification: it may depend on where the server listens. */
  externalURL(): string;
  /** Attempts of one integration that may be under way at the same time. */
  readonly concurrency: number;
  /** How many it is for integrations of that type, where that is less: they keep an order then. */
  concurrentOf(type: string): number | undefined;
  /** After how many milliseconds an attempt is slow; five seconds when absent. */
  readonly slowMs?: number;
}

/** After so long, in milliseconds, an attempt under way no longer keeps those behind it waiting, be they in order or not. */
const SLOW_MS = 5_000;
/** The longest Retry-After that counts, in milliseconds: a server that says for ever must not keep people from their pages. */
const RETRY_AFTER_MOST_MS = 900_000;
/** For so long, in milliseconds, attempts are begun one after the other: rendering many must not keep the process from all else. */
const TURN_MS = 25;
/** The longest sleep: a suspended machine or a stepped clock is noticed after that. */
const LONGEST_SLEEP_MS = 60_000;

/** An attempt that has no outcome yet. */
interface Underway {
  readonly integration: IntegrationConfig;
  /** On the monotonic clock. */
  readonly since: number;
  /** Set by a reload that changed the integration. */
  overtaken: NodeJS.Timeout | undefined;
  readonly abort: (why: Error) => void;
}

export class Deliverer {
  private readonly equipment: () => Equipment;
  private readonly attempt: Attempt;
  private readonly done: (attempt: number, outcome: Outcome) => void;
  private readonly events: DelivererEvents;
  private readonly options: DelivererOptions;
  private readonly lanes = new Map<string, Lane>();
  /** What the lanes lead to, as it was when somebody last looked. */
  private readonly sides = new Map<Lane, IntegrationConfig | undefined>();
  private readonly underwayNow = new Map<Delivery, Underway>();
  /** Wakes a lane that waits; at most one for each. */
  private readonly timers = new Map<Lane, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  /** When the first attempt of this turn of the event loop was begun, and the lanes that go on in the next. */
  private turnAt: number | undefined;
  private readonly deferred = new Set<string>();
  private stopping = false;

  constructor(
    equipment: () => Equipment,
    attempt: Attempt,
    done: (attempt: number, outcome: Outcome) => void,
    events: DelivererEvents,
    options: DelivererOptions,
  ) {
    this.equipment = equipment;
    this.attempt = attempt;
    this.done = done;
    this.events = events;
    this.options = options;
  }

  send(delivery: Delivery): void {
    // What is not begun any more is told after the restart: the engine has it as pending.
    if (this.stopping) return;
    const key = `${delivery.receiver}\u0000${delivery.integration}\u0000${delivery.index}`;
    let lane = this.lanes.get(key);
    if (lane === undefined) {
      const { concurrency } = this.options;
      lane = new Lane(this.options.concurrentOf(delivery.integration) ?? concurrency, concurrency);
      this.lanes.set(key, lane);
      this.sides.set(lane, this.integrationOf(delivery));
    }
    lane.add(delivery);
    this.proceed(key, lane);
  }

  /**
   * Another configuration is in force. Where an integration is another one now, or gone, nobody waits any longer for what
   * the old one has not answered in a while, nor because of what it wanted.
   */
  reloaded(): void {
    for (const [delivery, one] of this.underwayNow) {
      if (one.overtaken !== undefined || sameSettings(this.integrationOf(delivery), one.integration)) continue;
      one.overtaken = setTimeout(one.abort, Math.max(0, one.since + this.slowMs() - performance.now()), OVERTAKEN);
    }
    for (const [key, lane] of this.lanes) {
      const [receiver = '', integration = '', index = ''] = key.split('\u0000');
      const side = this.integrationOf({ receiver, integration, index: Number(index) });
      if (sameSettings(side, this.sides.get(lane))) continue;
      this.sides.set(lane, side);
      lane.forgive();
      this.proceed(key, lane);
    }
  }

  /** Attempts that wait for their turn or are under way. */
  underway(): number {
    let count = 0;
    for (const lane of this.lanes.values()) count += lane.size;
    return count;
  }

  /** Begins nothing more, gives what is under way that many milliseconds to end, and aborts the rest. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    for (const lane of this.lanes.values()) lane.clear();
    for (const timer of this.timers.values()) clearTimeout(timer);
    const timer = setTimeout(() => {
      for (const one of this.underwayNow.values()) one.abort(new Error('the server is stopping'));
    }, graceMs);
    await Promise.all(this.running);
    clearTimeout(timer);
  }

  private proceed(key: string, lane: Lane): void {
    clearTimeout(this.timers.get(lane));
    this.timers.delete(lane);
    if (this.stopping) return;
    for (const delivery of lane.takeExpired(Date.now())) {
      this.track(this.perform(delivery), (outcome) => this.done(delivery.attempt, outcome));
    }
    let waitMs: number;
    for (;;) {
      const now = performance.now();
      waitMs = lane.waitMs(now);
      if (waitMs === 0 && this.turnIsOver(now)) {
        this.deferred.add(key);
        break;
      }
      const delivery = waitMs > 0 ? undefined : lane.begin(now);
      if (delivery === undefined) break;
      this.begin(key, lane, delivery, now);
    }
    const forgetMs = lane.forgetMs(performance.now());
    if (lane.size > 0)
      this.wakeAfter(key, lane, Math.min(waitMs || Number.POSITIVE_INFINITY, lane.expiresAt - Date.now()));
    else if (forgetMs > 0) this.wakeAfter(key, lane, forgetMs);
    else {
      this.lanes.delete(key);
      this.sides.delete(lane);
    }
  }

  private slowMs(): number {
    return this.options.slowMs ?? SLOW_MS;
  }

  private turnIsOver(now: number): boolean {
    return this.turnAt !== undefined && now - this.turnAt >= TURN_MS;
  }

  /** The next turn: those that have waited the longest first. */
  private goOn(): void {
    this.turnAt = undefined;
    for (const key of [...this.deferred]) {
      if (this.turnIsOver(performance.now())) return;
      this.deferred.delete(key);
      const lane = this.lanes.get(key);
      if (lane !== undefined) this.proceed(key, lane);
    }
  }

  private wakeAfter(key: string, lane: Lane, ms: number): void {
    clearTimeout(this.timers.get(lane));
    if (ms === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => this.proceed(key, lane), Math.max(1, Math.min(ms, LONGEST_SLEEP_MS)));
    this.timers.set(lane, timer);
  }

  private begin(key: string, lane: Lane, delivery: Delivery, at: number): void {
    if (this.turnAt === undefined) {
      this.turnAt = at;
      setImmediate(() => this.goOn());
    }
    const began = { at, slow: false };
    const side = this.sides.get(lane);
    const overtake = () => {
      began.slow = true;
      lane.slow();
      this.proceed(key, lane);
    };
    const timer = lane.ordered ? setTimeout(overtake, this.slowMs()) : undefined;
    this.track(this.perform(delivery), (outcome) => {
      clearTimeout(timer);
      lane.end(delivery, outcome, began, delivery.deadlineAt - Date.now(), performance.now());
      // What the one before wanted.
      if (this.sides.get(lane) !== side) lane.forgive();
      this.done(delivery.attempt, outcome);
      this.proceed(key, lane);
    });
  }

  private track(performing: Promise<Outcome>, ended: (outcome: Outcome) => void): void {
    const run = performing.then((outcome) => {
      this.running.delete(run);
      ended(outcome);
    });
    this.running.add(run);
  }

  private async perform(delivery: Delivery): Promise<Outcome> {
    const startedAt = performance.now();
    const outcome = bounded(await this.once(delivery));
    this.events.attempted(delivery, outcome, performance.now() - startedAt);
    return outcome;
  }

  private integrationOf({ receiver, integration, index }: IntegrationOf): IntegrationConfig | undefined {
    return this.equipment()
      .config.receivers.find(({ name }) => name === receiver)
      ?.integrations.find((one) => one.type === integration && one.index === index);
  }

  private async once(delivery: Delivery): Promise<Outcome> {
    const { templates } = this.equipment();
    const integration = this.integrationOf(delivery);
    if (integration === undefined) {
      return {
        ok: false,
        retry: false,
        reason: 'contextCanceled',
        message: 'the integration is gone from the configuration',
      };
    }
    const leftMs = delivery.deadlineAt - Date.now();
    if (leftMs <= 0) return tooLate('the deadline passed before its turn came');
    // One for each attempt, and none for all of them: a signal that lives on keeps a trace of each that depends on it.
    const end = new AbortController();
    const timer = setTimeout(() => {
      end.abort(new DOMException('the deadline of the notification passed', 'TimeoutError'));
    }, leftMs);
    const since = performance.now();
    const underway: Underway = { integration, since, overtaken: undefined, abort: (why) => end.abort(why) };
    this.underwayNow.set(delivery, underway);
    try {
      const notification = this.notificationOf(delivery, templates);
      const outcome = await this.attempt(integration, notification, templates, end.signal);
      if (outcome.ok || !end.signal.aborted) return outcome;
      const ended: Outcome = { ...outcome, maybeTold: true };
      if (end.signal.reason !== OVERTAKEN) return ended;
      return { ...ended, retry: true, reason: 'contextCanceled', message: OVERTAKEN.message };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, retry: false, reason: 'other', message };
    } finally {
      this.underwayNow.delete(delivery);
      clearTimeout(underway.overtaken);
      clearTimeout(timer);
    }
  }

  private notificationOf(delivery: Delivery, templates: Templates): Notification {
    const { receiver, groupKey, groupLabels, reason, alerts, at, receipt } = delivery;
    const plain: Notification = {
      receiver,
      groupKey,
      groupLabels,
      routeLabels: delivery.routeLabels,
      reason,
      alerts,
      at,
      externalURL: this.options.externalURL(),
      ...(receipt === undefined ? {} : { receipt }),
    };
    const routeLabels = renderRouteLabels(plain, templates, (label, message) => {
      this.events.routeLabelFailed(delivery, label, message);
    });
    return { ...plain, routeLabels };
  }
}

type IntegrationOf = Pick<Delivery, 'receiver' | 'integration' | 'index'>;

const OVERTAKEN = new Error('there was no answer by when a reload changed the integration');

function bounded(outcome: Outcome): Outcome {
  if (outcome.ok || outcome.retryAfterMs === undefined || outcome.retryAfterMs <= RETRY_AFTER_MOST_MS) return outcome;
  return { ...outcome, retryAfterMs: RETRY_AFTER_MOST_MS };
}

function tooLate(message: string): Outcome {
  return { ok: false, retry: true, reason: 'contextDeadlineExceeded', message };
}
