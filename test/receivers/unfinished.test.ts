import { describe, expect, it } from 'vitest';
import { Unfinished } from '../../src/receivers/unfinished.ts';

const settings = {};
const HOUR = 3_600_000;

describe('what is remembered of a message that is not told yet', () => {
  it('is found again for the same integration, group and text', () => {
    const memory = new Unfinished<string>();
    memory.remember(settings, 'g', 'text', 'x', 1000);
    expect(memory.recall(settings, 'g', 'text', 2000)).toBe('x');
    expect(memory.recall({}, 'g', 'text', 2000)).toBeUndefined();
    expect(memory.recall(settings, 'h', 'text', 2000)).toBeUndefined();
    expect(memory.recall(settings, 'g', 'another', 2000)).toBeUndefined();
  });

  it('gives way to the next text, to the end of the telling, and to time', () => {
    const memory = new Unfinished<string>();
    memory.remember(settings, 'g', 'firing', 'x', 0);
    memory.remember(settings, 'g', 'resolved', 'y', 0);
    expect(memory.recall(settings, 'g', 'firing', 0)).toBeUndefined();
    expect(memory.recall(settings, 'g', 'resolved', HOUR - 1)).toBe('y');
    expect(memory.recall(settings, 'g', 'resolved', HOUR)).toBeUndefined();
    memory.forget(settings, 'g');
    expect(memory.recall(settings, 'g', 'resolved', 0)).toBeUndefined();
  });

  it('is of a thousand groups, the latest ones', () => {
    const memory = new Unfinished<number>();
    for (let i = 0; i < 1000; i++) memory.remember(settings, `g${i}`, 'text', i, 0);
    memory.remember(settings, 'g0', 'text', 0, 0);
    memory.remember(settings, 'new', 'text', -1, 0);
    const known = [0, 1, 2, 999].map((i) => memory.recall(settings, `g${i}`, 'text', 0));
    expect(known).toEqual([0, undefined, 2, 999]);
    expect(memory.recall(settings, 'new', 'text', 0)).toBe(-1);
  });
});
