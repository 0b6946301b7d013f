// The engine's border: what goes in, what comes out, and what a restart begins with.

import type { Alert } from '../model/alert.ts';
import type { Config } from '../model/config.ts';
import type { LabelSet } from '../model/labels.ts';
import type { NotifiedAlert, NotifyReason, Outcome } from '../model/notification.ts';
import type { Silence } from '../model/silence.ts';

export type Input =
  | { readonly type: 'alerts'; readonly alerts: readonly Alert[] }
  | { readonly type: 'silences'; readonly silences: readonly Silence[] }
  | { readonly type: 'config'; readonly config: Config }
  /** What came of the attempt with that number. */
  | { readonly type: 'sent'; readonly attempt: number; readonly outcome: Outcome }
  | { readonly type: 'tick' };

/** One integration of one group: the unit that is told things. */
export interface Target {
  /** Alertmanager's group key. */
  readonly groupKey: string;
  readonly receiver: string;
  /** The receiver's type, such as `slack`. */
  readonly integration: string;
  /** The integration's place among the receiver's integrations of that type, from 0. */
  readonly index: number;
}

/** The notification log: what a target was last told. Fingerprints are sorted. */
export interface LogEntry extends Target {
  readonly at: number;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly expiresAt: number;
  /** The provider's handle of the message, for those that can be updated. */
  readonly receipt?: string;
}

/** What keeps alerts of a flush quiet, and which. */
export interface Muted {
  readonly by: 'silence' | 'inhibition' | 'mute_time_interval' | 'active_time_interval';
  /** Silence ids, the inhibiting rule and source (`rule:fingerprint`), or interval names. */
  readonly names: readonly string[];
  readonly alerts: readonly string[];
}

/**
 * Why nothing is sent: the target knows it all; all alerts are muted; an attempt is still under way; the provider asked
 * to wait for longer than this flush lasts; the alerts ended before anything was told; or only resolved alerts are left
 * for an integration with `send_resolved: false`, which is logged as if it had been told.
 */
export type Hold = 'nothing new' | 'muted' | 'in flight' | 'rate limited' | 'never told' | 'resolved only';

/**
 * What a flush decided for one target. Written when it differs from the target's decision before: the same
 * decision at each flush is one episode.
 */
export interface Decision extends Target {
  /** Why it sends, or `null`: nothing new, or everything is muted. */
  readonly reason: NotifyReason | null;
  /** What stands in the way when nothing is sent. */
  readonly hold: Hold | null;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly muted: readonly Muted[];
}

/** One attempt to send and what came of it. */
export interface Attempt extends Target {
  readonly attempt: number;
  /** From 1, within one delivery. */
  readonly tries: number;
  readonly reason: NotifyReason;
  readonly startedAt: number;
  readonly outcome: Outcome;
  /** Whether the delivery ended with it: sent, given up, or overtaken by events. */
  readonly final: boolean;
}

export interface GroupRecord {
  /** Identifies the group: the route's key, made unique among equal siblings, and the group labels. */
  readonly id: string;
  /** When it is next due. */
  readonly flushAt: number;
  /** When the first flush was or is due: the beat counts from there. */
  readonly firstFlushAt: number;
  /** A flush decided to send and not everything has come to an end: after a restart it is due at once. */
  readonly pending: boolean;
  /**
   * Integration -> the alerts that an attempt tells as firing whose outcome is not known. After a restart they may have
   * been told or not: they are told again while they fire, and their end is told.
   */
  readonly telling: Readonly<Record<string, readonly string[]>>;
  /** Integration -> the alerts that such an attempt tells as over. They are told again when they fire. Absent when there are none. */
  readonly ending?: Readonly<Record<string, readonly string[]>>;
}

export type Write =
  | { readonly type: 'alert'; readonly alert: Alert; readonly change: 'fired' | 'changed' | 'refreshed' | 'resolved' }
  /** The alert is over, told everywhere and forgotten. */
  | { readonly type: 'alertGone'; readonly fingerprint: string; readonly endedAt: number }
  | { readonly type: 'silence'; readonly silence: Silence }
  | { readonly type: 'silenceGone'; readonly id: string }
  | { readonly type: 'group'; readonly group: GroupRecord }
  | { readonly type: 'groupGone'; readonly id: string }
  | { readonly type: 'notified'; readonly entry: LogEntry }
  | { readonly type: 'logGone'; readonly target: Target }
  | { readonly type: 'decision'; readonly decision: Decision }
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  | { readonly type: 'config'; readonly hash: string; readonly original: string };

/** One attempt to be made now. The runtime renders it, sends it once, and answers with a `sent` input. */
export interface Delivery extends Target {
  readonly attempt: number;
  readonly tries: number;
  readonly reason: NotifyReason;
  readonly groupLabels: LabelSet;
  /** The route's labels as configured: templates. */
  readonly routeLabels: LabelSet;
  /** In notification order; never empty. */
  readonly alerts: readonly NotifiedAlert[];
  readonly at: number;
  /** When the attempt must have ended. */
  readonly deadlineAt: number;
  readonly receipt?: string;
}

export interface Ready {
  /** To be committed, in order, before `sends` are performed. */
  readonly writes: readonly Write[];
  readonly sends: readonly Delivery[];
  /** New alerts that were refused because their alertname has reached its limit. */
  readonly dropped: readonly Alert[];
  /** What each flush of the step left out, for counting. */
  readonly muted: readonly Muted[];
}

/** Everything that a restart begins with. */
export interface Snapshot {
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  readonly groups: readonly GroupRecord[];
  readonly log: readonly LogEntry[];
  /** The instant of the last commit, 0 when there was none. */
  readonly at: number;
}
