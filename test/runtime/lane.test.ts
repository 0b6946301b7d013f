import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/engine/types.ts';
import type { Outcome } from '../../src/model/notification.ts';
import { Lane } from '../../src/runtime/lane.ts';

const delivery = (groupKey: string, deadlineAt = Number.POSITIVE_INFINITY): Delivery => ({
  ...{ receiver: 'r', integration: 'slack', index: 0, groupKey, attempt: 1, tries: 1, reason: 'first notification' },
  ...{ groupLabels: {}, routeLabels: {}, alerts: [], at: 0, deadlineAt },
});
const ok: Outcome = { ok: true };
const refused = (retryAfterMs?: number): Outcome => ({
  ...{ ok: false, retry: true, reason: 'rateLimited', message: '429' },
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

/** A lane in which everything takes no time unless told otherwise. */
class Driven {
  readonly lane: Lane;
  now = 0;
  leftMs = 300_000;

  constructor(limit: number, most = 50) {
    this.lane = new Lane(limit, most);
  }

  add(...groups: string[]): void {
    for (const group of groups) this.lane.add(delivery(group));
  }

  begin(): string | undefined {
    expect(this.lane.waitMs(this.now)).toBe(0);
    return this.lane.begin(this.now)?.groupKey;
  }

  end(group: string, outcome: Outcome, beganAt = this.now, slow = false): void {
    this.lane.end(delivery(group), outcome, { at: beganAt, slow }, this.leftMs, this.now);
  }

  /** As many as may begin now, all of which are accepted. */
  accepted(): number {
    let count = 0;
    while (this.lane.waitMs(this.now) === 0) {
      const group = this.lane.begin(this.now)?.groupKey;
      if (group === undefined) break;
      this.end(group, ok);
      count++;
    }
    return count;
  }
}

describe('a lane', () => {
  it('has no more under way than its limit', () => {
    const driven = new Driven(2);
    driven.add('a', 'b', 'c');
    expect([driven.begin(), driven.begin()]).toEqual(['a', 'b']);
    expect(driven.lane.waitMs(0)).toBe(Number.POSITIVE_INFINITY);
    expect(driven.lane.size).toBe(3);
    driven.end('a', ok);
    expect(driven.begin()).toBe('c');
  });

  it('goes on past one that is slow, but never beyond the most', () => {
    const driven = new Driven(1, 2);
    expect(driven.lane.ordered).toBe(true);
    driven.add('a', 'b', 'c');
    driven.begin();
    driven.lane.slow();
    expect(driven.begin()).toBe('b');
    driven.lane.slow();
    expect(driven.lane.waitMs(0)).toBe(Number.POSITIVE_INFINITY);
    driven.end('a', ok, 0, true);
    expect(driven.begin()).toBe('c');
    driven.end('b', ok, 0, true);
    driven.add('d');
    expect(driven.lane.waitMs(0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('gives back what has no time left', () => {
    const lane = new Lane(1, 1);
    lane.add(delivery('a', 100));
    lane.add(delivery('b', 50));
    lane.add(delivery('c', 200));
    expect(lane.expiresAt).toBe(50);
    expect(lane.takeExpired(49)).toEqual([]);
    expect(lane.takeExpired(100).map(({ groupKey }) => groupKey)).toEqual(['a', 'b']);
    expect(lane.expiresAt).toBe(200);
    expect(lane.begin(0)?.groupKey).toBe('c');
    expect(lane.expiresAt).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [refused(5000), 5000],
    [refused(), 1000],
    [refused(3_600_000), 60_000],
    [{ ok: true, holdMs: 700 } as const, 700],
    [{ ok: true, holdMs: 90_000 } as const, 60_000],
    [{ ok: false, retry: true, reason: 'serverError', retryAfterMs: 5000, message: '503' } as const, 0],
    [{ ok: false, retry: false, reason: 'rateLimited', retryAfterMs: 5000, message: 'no' } as const, 0],
  ] as [Outcome, number][])('after %j waits as long as is asked for, a minute at most', (outcome, waitMs) => {
    const driven = new Driven(2);
    driven.add('a', 'b');
    driven.begin();
    driven.end('a', outcome);
    expect(driven.lane.waitMs(0)).toBe(waitMs);
    expect(driven.lane.waitMs(waitMs)).toBe(0);
    expect(driven.lane.forgetMs(0)).toBeGreaterThanOrEqual(waitMs);
  });

  it('is not held for less long by a later answer', () => {
    const driven = new Driven(2);
    driven.add('a', 'b', 'c');
    driven.begin();
    driven.begin();
    driven.end('a', refused(5000));
    driven.end('b', refused(1000));
    expect(driven.lane.waitMs(0)).toBe(5000);
  });
});

describe('a lane that keeps an order', () => {
  const afterwards = (outcome: Outcome, leftMs = 300_000) => {
    const driven = new Driven(1);
    driven.leftMs = leftMs;
    driven.add('a', 'b');
    driven.begin();
    driven.end('a', outcome);
    return driven;
  };

  it('waits for the one that was refused, and takes it first', () => {
    const driven = afterwards(refused(1000));
    driven.now = 1000;
    expect(driven.lane.waitMs(1000)).toBe(2000);
    driven.add('a');
    expect(driven.begin()).toBe('a');
    driven.end('a', ok);
    driven.now = 5000;
    expect(driven.begin()).toBe('b');
  });

  it('does not wait for ever: it may be over by now', () => {
    const driven = afterwards(refused(1000));
    driven.now = 3000;
    expect(driven.begin()).toBe('b');
    driven.add('c', 'a');
    driven.end('b', ok);
    driven.now = 9000;
    expect(driven.begin()).toBe('c');
  });

  it.each([
    ['its time is over by then', refused(1000), 900, 1000],
    ['it is to come much later', refused(61_000), 300_000, 60_000],
  ] as const)('does not wait for one when %s', (_, outcome, leftMs, heldMs) => {
    expect(afterwards(outcome, leftMs).lane.waitMs(0)).toBe(heldMs);
  });
});

describe('the pace', () => {
  it('is what was accepted before too much was sent', () => {
    const driven = new Driven(1);
    driven.add(...Array.from({ length: 100 }, (_, i) => `n${i}`));
    for (let i = 0; i < 5; i++) driven.end(driven.begin()!, ok);
    driven.now = 100;
    driven.end(driven.begin()!, refused(100), 100);
    // Five in 200 ms, and a little less.
    driven.now = 2200;
    const begins: number[] = [];
    for (; driven.now < 3200; driven.now++) if (driven.accepted() > 0) begins.push(driven.now);
    expect(begins.length).toBeGreaterThan(20);
    expect(begins.length).toBeLessThanOrEqual(25);
  });

  it('grows when even that was too much, to a message a second', () => {
    const driven = new Driven(1);
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      driven.add('a');
      driven.end(driven.begin()!, refused(100));
      driven.now += 3000;
      driven.add('b');
      driven.begin();
      driven.end('b', { ok: false, retry: false, reason: 'clientError', message: 'no' });
      waits.push(driven.lane.waitMs(driven.now));
      driven.now += 1000;
    }
    expect(waits).toEqual([90, 190, 390, 790, 990, 990]);
  });

  it('is not learned twice from those that were under way at once', () => {
    const driven = new Driven(10);
    driven.add(...Array.from({ length: 20 }, (_, i) => `n${i}`));
    for (let i = 0; i < 10; i++) driven.begin();
    driven.now = 50;
    for (let i = 0; i < 10; i++) driven.end(`n${i}`, refused(500), 0);
    driven.now = 600;
    driven.begin();
    // A tenth of the wait, for ten at once.
    expect(driven.lane.waitMs(600)).toBe(40);
  });

  it('is halved every minute in which nothing was refused, and forgotten with the lane', () => {
    const driven = new Driven(1);
    driven.add('a');
    driven.end(driven.begin()!, refused(1000));
    expect(driven.lane.forgetMs(0)).toBe(60_000);
    driven.now = 60_000;
    driven.add('b');
    driven.begin();
    driven.end('b', { ok: false, retry: false, reason: 'clientError', message: 'no' });
    expect(driven.lane.waitMs(driven.now)).toBe(490);
    expect(driven.lane.forgetMs(driven.now)).toBe(60_000);
  });
});
