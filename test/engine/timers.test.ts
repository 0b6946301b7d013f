import { describe, expect, it } from 'vitest';
import { Timers } from '../../src/engine/timers.ts';
import { Random } from '../support/random.ts';

interface Owner {
  dueAt: number;
  readonly name: string;
}
const owner = (name: string): Owner => ({ name, dueAt: Number.POSITIVE_INFINITY });

describe('the deadline heap', () => {
  it('gives owners in the order of their deadlines, equal ones in the order of scheduling', () => {
    const timers = new Timers<Owner>();
    const [a, b, c] = [owner('a'), owner('b'), owner('c')];
    timers.schedule(a, 20);
    timers.schedule(b, 10);
    timers.schedule(c, 20);
    expect(timers.next()).toBe(10);
    expect([timers.take(30), timers.take(30), timers.take(30), timers.take(30)].map((o) => o?.name)).toEqual([
      'b',
      'a',
      'c',
      undefined,
    ]);
  });

  it('gives nothing before it is due', () => {
    const timers = new Timers<Owner>();
    timers.schedule(owner('a'), 20);
    expect(timers.take(19)).toBeUndefined();
    expect(timers.take(20)?.name).toBe('a');
  });

  it('forgets an earlier deadline when there is a later one, and the other way round', () => {
    const timers = new Timers<Owner>();
    const a = owner('a');
    timers.schedule(a, 10);
    timers.schedule(a, 30);
    expect(timers.next()).toBe(30);
    timers.schedule(a, 5);
    expect(timers.take(5)).toBe(a);
    expect(timers.next()).toBe(Number.POSITIVE_INFINITY);
  });

  it('forgets what is cancelled', () => {
    const timers = new Timers<Owner>();
    const a = owner('a');
    timers.schedule(a, 10);
    timers.cancel(a);
    expect(timers.take(100)).toBeUndefined();
    timers.schedule(a, 10);
    expect(timers.take(100)).toBe(a);
    expect(timers.take(100)).toBeUndefined();
  });

  it('agrees with a sorted list over random schedules', () => {
    const random = new Random(7);
    const timers = new Timers<Owner>();
    const owners = Array.from({ length: 40 }, (_, i) => owner(String(i)));
    for (let round = 0; round < 2000; round++) {
      const dice = random.unit();
      const one = random.pick(owners);
      if (dice < 0.6) timers.schedule(one, random.below(500));
      else if (dice < 0.7) timers.cancel(one);
      else {
        const at = random.below(500);
        const least = Math.min(...owners.map((o) => o.dueAt));
        const expected = least <= at ? least : undefined;
        const before = owners.map((o) => o.dueAt);
        const taken = timers.take(at);
        expect(taken === undefined ? undefined : before[owners.indexOf(taken)]).toBe(expected);
      }
      expect(timers.next()).toBe(Math.min(...owners.map((o) => o.dueAt)));
    }
  });
});
