// What is remembered of a message between an attempt that failed and the next one, so that nobody is told the same thing
// twice. A restart forgets it: a page twice is better than none.

import { createHash } from 'node:crypto';

interface Entry<T> {
  readonly hash: string;
  readonly value: T;
  readonly at: number;
}

/** Groups that are remembered for one integration: more cannot all be failing at once for long. */
const GROUPS = 1000;
/** A retry comes sooner than that; what looks the same later is news again. Milliseconds. */
const KEPT_MS = 3_600_000;

/** A value for each integration, group and text while its telling has not ended. Integrations are known by their settings. */
export class Unfinished<T> {
  readonly #known = new WeakMap<object, Map<string, Entry<T>>>();

  /** What was remembered of the same text. */
  recall(settings: object, group: string, text: string, now: number): T | undefined {
    const entry = this.#known.get(settings)?.get(group);
    return entry !== undefined && entry.hash === hashOf(text) && now - entry.at < KEPT_MS ? entry.value : undefined;
  }

  /** In place of what was remembered of the group. */
  remember(settings: object, group: string, text: string, value: T, now: number): void {
    const entries = this.#known.get(settings) ?? new Map<string, Entry<T>>();
    this.#known.set(settings, entries);
    entries.delete(group);
    entries.set(group, { hash: hashOf(text), value, at: now });
    for (const oldest of entries.keys()) {
      if (entries.size <= GROUPS) break;
      entries.delete(oldest);
    }
  }

  /** The telling has ended. */
  forget(settings: object, group: string): void {
    this.#known.get(settings)?.delete(group);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
