// A silence: who asked for quiet, about which alerts, from when to when.

import type { LabelSet } from './labels.ts';
import type { Matcher } from './matcher.ts';

export type SilenceState = 'active' | 'pending' | 'expired';

/** All instants are milliseconds since 1970. */
export interface Silence {
  readonly id: string;
  /** An alert is silenced when every matcher of at least one set matches. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelSet;
}

/**
 * The state at an instant. The end does not belong to the silence, so that one that was ended in this millisecond is over
 * in it; Alertmanager counts the nanosecond of the end in.
 */
export function silenceState(silence: Silence, at: number): SilenceState {
  if (at < silence.startsAt) return 'pending';
  return at >= silence.endsAt ? 'expired' : 'active';
}
