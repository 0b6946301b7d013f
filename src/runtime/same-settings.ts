// Whether a reload changed an integration: what is under way by settings that are no more is not worth waiting for.

import { Secret } from '../model/secret.ts';

/** Whether two parts of settings mean the same, secrets included. */
export function sameSettings(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Secret || b instanceof Secret) {
    return a instanceof Secret && b instanceof Secret && a.reveal() === b.reveal();
  }
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [one, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    one.size === other.size && [...one].every(([key, value]) => other.has(key) && sameSettings(value, other.get(key)))
  );
}
