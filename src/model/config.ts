// The configuration once it has been read: complete, defaulted, with references resolved. Nothing here is optional that
// has a default, so that no reader needs to know one.

import type { LabelSet } from './labels.ts';
import type { Matcher } from './matcher.ts';
import type { TimeInterval } from './timeinterval.ts';

export interface RouteConfig {
  /** Inherited already: never empty. */
  readonly receiver: string;
  /** Sorted, without repetition. Ignored when `groupByAll`. */
  readonly groupBy: readonly string[];
  readonly groupByAll: boolean;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** This route's own, including the deprecated match and match_re, in Alertmanager's order (by name, value, type). */
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  /** Names of time intervals; not inherited. */
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** Merged with the parents'. Values are templates. */
  readonly labels: LabelSet;
  readonly routes: readonly RouteConfig[];
}

export interface InhibitRule {
  /** Empty when the file gives none. */
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  readonly equal: readonly string[];
}

/** One entry of a receiver's `*_configs` list. */
export interface IntegrationConfig {
  /** 'slack' for an entry of `slack_configs`. */
  readonly type: string;
  /** Its place in that list, from 0. */
  readonly index: number;
  readonly sendResolved: boolean;
  /** Of the shape that the receiver's plugin declares: keys as in the file, defaults and globals filled in. */
  readonly settings: unknown;
}

export interface ReceiverConfig {
  readonly name: string;
  readonly labels: LabelSet;
  /** In Alertmanager's order of types, then in the order of the file. */
  readonly integrations: readonly IntegrationConfig[];
}

export interface Config {
  readonly resolveTimeoutMs: number;
  readonly route: RouteConfig;
  readonly receivers: readonly ReceiverConfig[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Template file patterns, absolute or relative to the file's folder, resolved already. */
  readonly templates: readonly string[];
  /** The configuration as YAML with defaults filled in and secrets masked, as Alertmanager prints it (`status.config.original`). */
  readonly original: string;
  /** Hex SHA-256 of the text that was read. */
  readonly hash: string;
}
