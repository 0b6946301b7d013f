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

/** The state at an instant: the start belongs to the silence, the end does too (Alertmanager's `getState`). */
export function silenceState(silence: Silence, at: number): SilenceState {
  if (at < silence.startsAt) return 'pending';
  return at > silence.endsAt ? 'expired' : 'active';
}
