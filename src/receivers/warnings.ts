// What was asked of a message and could not be had: it goes out all the same, and the outcome says so.

import type { Outcome } from '../model/notification.ts';

/** The outcome with the warnings; a failure has worse to tell. */
export function withWarnings(outcome: Outcome, warnings: readonly string[]): Outcome {
  if (!outcome.ok || warnings.length === 0) return outcome;
  const all = outcome.warning === undefined ? warnings : [...warnings, outcome.warning];
  return { ...outcome, warning: all.join('; ') };
}
