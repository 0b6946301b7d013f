// The queue of one integration: how many attempts may be under way, and for how long the other side wants none. Decides
// without a clock or a timer, which are the deliverer's.

import type { Delivery } from '../engine/types.ts';
import type { Outcome } from '../model/notification.ts';

/** The longest that nothing is sent because of one answer: whoever asks for more is asked again meanwhile. */
const HOLD_MOST_MS = 60_000;
/** How long nothing is sent to a side that says that there is too much, but not for how long. */
const HOLD_DEFAULT_MS = 1_000;
/** How long a lane that keeps an order waits for a refused attempt to be made anew, beyond the wait that it was told. */
const RETURN_MS = 2_000;
/** The slowest pace: about what chats allow. */
const PACE_MOST_MS = 1_000;
/** The pace keeps a little below what was allowed. */
const MARGIN = 1.1;
/** How much of a timer's lateness is made up for. */
const CATCH_UP_MS = 10;
/** How many accepted messages are enough to learn a pace from. */
const REMEMBERED = 256;
/** For how long a pace holds without a further refusal. */
const PACE_KEPT_MS = 60_000;

/** Instants are milliseconds of one monotonic clock. */
export class Lane {
  readonly #limit: number;
  readonly #most: number;
  #waiting: Delivery[] = [];
  /** No later than the deadline of any that waits: wall-clock time. */
  #earliest = Number.POSITIVE_INFINITY;
  #running = 0;
  #slow = 0;
  #heldAt = Number.NEGATIVE_INFINITY;
  #heldUntil = 0;
  /** The group whose attempt was refused and comes back: it was first, and stays so. */
  #returning: { readonly groupKey: string; readonly until: number } | undefined;
  /** The least time from one beginning to the next; 0 until too much was sent. */
  #paceMs = 0;
  #pacedAt = 0;
  #nextAt = 0;
  /** When the last messages since the last wait were accepted: by these it is seen what the other side allows. */
  #accepted: number[] = [];

  /**
   * @param limit attempts under way at once, as long as none of them is slow
   * @param most attempts under way at once, whatever they are
   */
  constructor(limit: number, most: number) {
    this.#limit = Math.min(limit, most);
    this.#most = most;
  }

  /** Attempts that wait for their turn or are under way. */
  get size(): number {
    return this.#waiting.length + this.#running;
  }

  /** Whether those that wait are kept back for the sake of an order. */
  get ordered(): boolean {
    return this.#limit < this.#most;
  }

  /** Takes its place at the end, or at the front when it was refused there. */
  add(delivery: Delivery): void {
    this.#earliest = Math.min(this.#earliest, delivery.deadlineAt);
    if (this.#returning?.groupKey === delivery.groupKey) {
      this.#returning = undefined;
      this.#waiting.unshift(delivery);
    } else {
      this.#waiting.push(delivery);
    }
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Takes out what waits and has no time left at `now`, which is wall-clock time. */
  takeExpired(now: number): readonly Delivery[] {
    if (this.#earliest > now) return [];
    const expired = this.#waiting.filter((delivery) => delivery.deadlineAt <= now);
    this.#waiting = this.#waiting.filter((delivery) => delivery.deadlineAt > now);
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const { deadlineAt } of this.#waiting) this.#earliest = Math.min(this.#earliest, deadlineAt);
    return expired;
  }

  /** When something that waits may have no time left: wall-clock time, Infinity when nothing waits. */
  get expiresAt(): number {
    return this.#waiting.length === 0 ? Number.POSITIVE_INFINITY : this.#earliest;
  }

  /** Milliseconds until the next attempt may begin; 0 for at once, Infinity while too many are under way. */
  waitMs(now: number): number {
    if (this.#running - this.#slow >= this.#limit || this.#running >= this.#most) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#heldUntil - now, this.#nextAt - now, (this.#returning?.until ?? 0) - now);
  }

  /** The next attempt begins, if any waits. */
  begin(now: number): Delivery | undefined {
    const delivery = this.#waiting.shift();
    if (delivery === undefined) return undefined;
    this.#running++;
    this.#returning = undefined;
    if (this.#paceMs > 0 && now - this.#pacedAt >= PACE_KEPT_MS) {
      this.#paceMs = this.#paceMs < 2 ? 0 : this.#paceMs / 2;
      this.#pacedAt = now;
    }
    // By the schedule rather than by when a timer came round to it.
    this.#nextAt = Math.max(this.#nextAt, now - Math.min(this.#paceMs, CATCH_UP_MS)) + this.#paceMs;
    return delivery;
  }

  /** An attempt under way takes so long that the others no longer wait for it. */
  slow(): void {
    this.#slow++;
  }

  /** An attempt has ended. `leftMs` is what its deadline left it by then. */
  end(delivery: Delivery, outcome: Outcome, began: { at: number; slow: boolean }, leftMs: number, now: number): void {
    this.#running--;
    if (began.slow) this.#slow--;
    if (outcome.ok) {
      this.#accepted.push(now);
      if (this.#accepted.length > 2 * REMEMBERED) this.#accepted.splice(0, REMEMBERED);
      if (outcome.holdMs !== undefined) this.#hold(outcome.holdMs, now);
      return;
    }
    if (outcome.reason !== 'rateLimited' || !outcome.retry) return;
    const waitMs = outcome.retryAfterMs ?? HOLD_DEFAULT_MS;
    // Those that were under way already when another was refused tell nothing new.
    if (began.at >= this.#heldAt) this.#slowDown(Math.min(waitMs, HOLD_MOST_MS), now);
    this.#hold(waitMs, now);
    if (this.#limit === 1 && waitMs <= HOLD_MOST_MS && waitMs < leftMs) {
      this.#returning = { groupKey: delivery.groupKey, until: this.#heldUntil + RETURN_MS };
    }
  }

  /** Forgets what the other side wanted: it is another one now. */
  forgive(): void {
    this.#heldAt = Number.NEGATIVE_INFINITY;
    this.#heldUntil = 0;
    this.#returning = undefined;
    this.#paceMs = 0;
    this.#nextAt = 0;
    this.#accepted = [];
  }

  /** Milliseconds until holds and the pace mean nothing any more. */
  forgetMs(now: number): number {
    return Math.max(this.#heldUntil, this.#paceMs > 0 ? this.#pacedAt + PACE_KEPT_MS : 0) - now;
  }

  #hold(waitMs: number, now: number): void {
    this.#heldAt = now;
    this.#heldUntil = Math.max(this.#heldUntil, now + Math.min(waitMs, HOLD_MOST_MS));
    this.#accepted = [];
  }

  /**
   * So many were accepted, in the time that ends with the wait that was asked for, when it was full: no more than that from
   * now on. Where none was, as many as the lane has at once are too many for that wait.
   */
  #slowDown(waitMs: number, now: number): void {
    const accepted = this.#accepted;
    let pace = accepted.length === 0 ? Math.max(2 * this.#paceMs, waitMs / this.#limit) : Number.POSITIVE_INFINITY;
    // The window is unknown: it is the one that held the most.
    accepted.forEach((at, i) => {
      pace = Math.min(pace, ((now - at + waitMs) / (accepted.length - i)) * MARGIN);
    });
    this.#paceMs = Math.min(PACE_MOST_MS, pace);
    this.#pacedAt = now;
  }
}
