// Writes that wait while the store cannot take any. What a later write overtakes is dropped, so that a full disk does
// not become full memory.

import { targetKey } from '../engine/group.ts';
import type { Write } from '../engine/types.ts';

/**
 * Drops refreshes, group beats and log entries that are overtaken by a later write about the same thing. What history
 * is made of stays: episodes, decisions, attempts.
 */
export function compactWrites(writes: readonly Write[]): Write[] {
  const last = new Map<string, number>();
  writes.forEach((write, i) => {
    const key = overtakenBy(write);
    if (key !== undefined) last.set(key, i);
  });
  return writes.filter((write, i) => {
    const key = overtakenBy(write);
    if (key === undefined) return true;
    const keep = last.get(key) === i;
    return keep || (write.type === 'alert' && write.change !== 'refreshed');
  });
}

function overtakenBy(write: Write): string | undefined {
  switch (write.type) {
    case 'alert':
      return `a${write.alert.fingerprint}`;
    case 'alertGone':
      return undefined;
    case 'group':
      return `g${write.group.id}`;
    case 'notified':
      return `n${targetKey(write.entry)}`;
    default:
      return undefined;
  }
}
