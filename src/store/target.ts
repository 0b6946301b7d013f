// A target as text: its identity in the stores, and what is kept on disk of it.

import type { Target } from '../engine/types.ts';

/** JSON of the four parts, in a fixed order: equal exactly when the targets are. */
export function targetKey({ groupKey, receiver, integration, index }: Target): string {
  return JSON.stringify([groupKey, receiver, integration, index]);
}

/** The target of a `targetKey`; throws when it is none. */
export function readTarget(key: string): Target {
  const parts: unknown = JSON.parse(key);
  if (Array.isArray(parts)) {
    const [groupKey, receiver, integration, index]: unknown[] = parts;
    if (typeof groupKey === 'string' && typeof receiver === 'string' && typeof integration === 'string') {
      if (typeof index === 'number') return { groupKey, receiver, integration, index };
    }
  }
  throw new Error(`not a target: ${key}`);
}
