// Entries of the notification log that were taken over from an Alertmanager name alerts by another hash than ours. When
// an alert comes along that such an entry means, the entry learns its fingerprint; until then it keeps the foreign name.

import type { Alert } from '../model/alert.ts';
import { labelsHash } from '../model/xxhash.ts';
import { targetKey } from './group.ts';
import { groupLabelsOf, labelsToString, type Route } from './route.ts';
import type { State } from './state.ts';
import type { LogEntry } from './types.ts';

const PREFIX = 'xxh64:';

/** How an entry names an alert of which only Alertmanager's hash is known, 16 hexadecimal digits. Sorts after fingerprints. */
export function foreignName(hash: string): string {
  return PREFIX + hash;
}

export function hasForeignNames(entry: LogEntry): boolean {
  // Foreign names sort last.
  return isForeign(entry.firing.at(-1)) || isForeign(entry.resolved.at(-1));
}

/**
 * Gives the alert's fingerprint to the entries that mean it. Nothing is written: the store keeps the entry as it was
 * taken over until the target is next told something, and a restart comes by here again.
 */
export function recognize(state: State, alert: Alert, routes: readonly Route[]): void {
  if (state.foreign.size === 0) return;
  const name = foreignName(labelsHash(alert.labels));
  for (const route of routes) {
    const groupKey = `${route.key}:${labelsToString(groupLabelsOf(route, alert.labels))}`;
    for (const { type, index } of route.receiver.integrations) {
      const key = targetKey({ groupKey, receiver: route.receiver.name, integration: type, index });
      const entry = state.foreign.has(key) ? state.log.get(key) : undefined;
      if (entry === undefined || !hasForeignNames(entry)) {
        state.foreign.delete(key);
        continue;
      }
      const firing = renamed(entry.firing, name, alert.fingerprint);
      const resolved = renamed(entry.resolved, name, alert.fingerprint);
      if (firing !== entry.firing || resolved !== entry.resolved) state.log.set(key, { ...entry, firing, resolved });
    }
  }
}

function renamed(names: readonly string[], from: string, to: string): readonly string[] {
  return names.includes(from) ? [...names.filter((name) => name !== from), to].sort() : names;
}

function isForeign(name: string | undefined): boolean {
  return name?.startsWith(PREFIX) === true;
}
