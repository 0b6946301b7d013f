import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/engine/backoff.ts';

describe('the wait before the next attempt', () => {
  it('grows by half each time, spread by half, to a minute at most', () => {
    for (let tries = 1; tries < 60; tries++) {
      const base = Math.min(60_000, 500 * 1.5 ** (tries - 1));
      for (const salt of ['a', 'b', 'c', 'd']) {
        expect(backoffMs(tries, salt)).toBeGreaterThanOrEqual(Math.floor(base * 0.5));
        expect(backoffMs(tries, salt)).toBeLessThanOrEqual(Math.ceil(base * 1.5));
      }
    }
  });

  it('is the same each time, and spreads targets over the range', () => {
    expect(backoffMs(3, 'x')).toBe(backoffMs(3, 'x'));
    const waits = Array.from({ length: 1000 }, (_, i) => backoffMs(1, `target ${i}`));
    const buckets = [0, 0, 0, 0, 0];
    for (const wait of waits) buckets[Math.min(4, Math.floor((wait - 250) / 100))]!++;
    for (const count of buckets) expect(count).toBeGreaterThan(120);
  });
});
