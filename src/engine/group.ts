// A group: the alerts of one route that share the group labels, its beat, and what is under way to its integrations.

import type { Alert } from '../model/alert.ts';
import type { IntegrationConfig } from '../model/config.ts';
import type { LabelSet } from '../model/labels.ts';
import type { NotifyReason, Outcome } from '../model/notification.ts';
import { OnDemandMap } from './on-demand-map.ts';
import { labelsToString, type Route } from './route.ts';
import type { Timed } from './timers.ts';
import type { Decision, GroupRecord, Target } from './types.ts';

/** An alert and where it is held. It leaves memory when the last group has let go of it. */
export interface AlertState {
  alert: Alert;
  routes: readonly Route[];
  readonly groups: Set<Group>;
  /** Whether the end of this episode is recorded already. */
  endRecorded: boolean;
}

/** What an attempt tells. Sorted fingerprints. */
export interface Told {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

/** A flush and the deliveries that it set going: when all have ended well, its resolved alerts have been told. */
export interface Round {
  open: number;
  failed: boolean;
  /** The alerts that were resolved at the flush: fingerprint -> start of the episode. */
  readonly ended: ReadonlyMap<string, number>;
}

/** One integration of one group being told something: attempts until it worked, failed, or was overtaken by events. */
export interface DeliveryState extends Timed {
  readonly kind: 'delivery';
  readonly group: Group;
  integration: IntegrationConfig;
  /** As it was when the delivery began: a reload may have given the group another receiver since. */
  readonly target: Target;
  readonly round: Round;
  /** The instant at which the flush was due. */
  readonly flushDueAt: number;
  readonly deadlineAt: number;
  tries: number;
  /** The number of the attempt under way; 0 between attempts. */
  attempt: number;
  startedAt: number;
  reason: NotifyReason;
  /** What the last attempt told, and what it would have told of ends to somebody who hears of them. */
  told: Told;
  /** A flush came by while this was under way. */
  missed: boolean;
  /** A reload took the integration away: the attempt under way may end, but is not followed by another. */
  detached: boolean;
}

export class Group implements Timed {
  readonly kind = 'group';
  readonly id: string;
  readonly groupKey: string;
  route: Route;
  readonly labels: LabelSet;
  readonly members = new Map<string, AlertState>();
  readonly deliveries = new OnDemandMap<string, DeliveryState>();
  readonly decisions = new Map<string, Decision>();
  firstFlushAt: number;
  /** The next beat. */
  flushAt: number;
  /** As in `GroupRecord`. */
  pending = false;
  /** Integration of the receiver -> what the attempt under way tells. */
  readonly telling = new OnDemandMap<string, Told>();
  /** Integration -> what attempts whose outcome nobody knows may have told, until something is told anew. */
  readonly maybeTold = new OnDemandMap<string, Told>();
  /** What the last flush had to tell did not get through to everybody: a reload that mends that is followed by a flush. */
  owing = false;
  /** Set when a reload or the end of its last alert took the group away. */
  gone = false;
  dueAt = Number.POSITIVE_INFINITY;

  constructor(route: Route, labels: LabelSet, firstFlushAt: number) {
    this.route = route;
    this.labels = labels;
    const text = labelsToString(labels);
    this.groupKey = `${route.key}:${text}`;
    // One text rather than two equal ones: there may be very many groups.
    this.id = route.id === route.key ? this.groupKey : `${route.id}:${text}`;
    this.firstFlushAt = firstFlushAt;
    this.flushAt = firstFlushAt;
  }

  record(): GroupRecord {
    const { id, flushAt, firstFlushAt, pending } = this;
    const uncertain = new Map(this.maybeTold);
    for (const [key, told] of this.telling) uncertain.set(key, eitherTold(uncertain.get(key), told));
    const telling = Object.fromEntries([...uncertain].map(([key, { firing }]) => [key, firing]));
    const over = [...uncertain].filter(([, { resolved }]) => resolved.length > 0);
    if (over.length === 0) return { id, flushAt, firstFlushAt, pending, telling };
    const ending = Object.fromEntries(over.map(([key, { resolved }]) => [key, resolved]));
    return { id, flushAt, firstFlushAt, pending, telling, ending };
  }

  /** The attempt under way has an outcome. */
  conclude(key: string, outcome: Outcome): void {
    const told = this.telling.get(key);
    this.telling.delete(key);
    if (outcome.ok) this.maybeTold.delete(key);
    else if (outcome.maybeTold === true && told !== undefined) this.doubt(key, told);
  }

  /** Nobody knows whether an attempt that told this has arrived. */
  doubt(key: string, told: Told): void {
    if (told.firing.length + told.resolved.length === 0) return;
    this.maybeTold.set(key, eitherTold(this.maybeTold.get(key), told));
  }

  target(integration: IntegrationConfig): Target {
    return {
      groupKey: this.groupKey,
      receiver: this.route.receiver.name,
      integration: integration.type,
      index: integration.index,
    };
  }
}

function eitherTold(one: Told | undefined, other: Told): Told {
  if (one === undefined) return other;
  return { firing: union(one.firing, other.firing), resolved: union(one.resolved, other.resolved) };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...new Set([...a, ...b])].sort();
}

/** The last beat at or before that instant, on the grid that starts at `first`; `first` itself when that is later. */
export function lastBeat(first: number, intervalMs: number, at: number): number {
  return at <= first ? first : first + Math.floor((at - first) / intervalMs) * intervalMs;
}

/** Each of them once: every group keeps some. */
const integrationKeys = new Map<string, string[]>();

/** An integration's name within its receiver, as Alertmanager writes it: `slack[0]`. */
export function integrationKey({ type, index }: { readonly type: string; readonly index: number }): string {
  const keys = integrationKeys.get(type) ?? [];
  integrationKeys.set(type, keys);
  keys[index] ??= `${type}[${index}]`;
  return keys[index];
}

/** Identifies a target in the notification log. */
export function targetKey(target: Target): string {
  return `${target.groupKey}\u0000${target.receiver}\u0000${target.integration}[${target.index}]`;
}
